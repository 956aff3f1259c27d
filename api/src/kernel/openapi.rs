//! The contract: base document, shared schemas, and what every operation has in common.

use kept_shared::page::MAX_LIMIT;
use kept_shared::problem::{FieldProblem, Problem};
use utoipa::{
    Number, PartialSchema, ToSchema,
    openapi::{
        Components, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
        ResponseBuilder, Schema, ServerBuilder,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The document before the features' operations are added.
pub fn base() -> OpenApi {
    let mut components = Components::new();
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .build(),
        ),
    );
    components.schemas.insert("Problem".into(), Problem::schema());
    components.schemas.insert("FieldProblem".into(), FieldProblem::schema());
    let mut nested = vec![];
    Problem::schemas(&mut nested);
    for (name, schema) in nested {
        components.schemas.insert(name, schema);
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Kept")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Collecting debt fairly and handing it over to attorneys. Errors are RFC 9457 problems; lists are keyset pages; \
                     writes take an Idempotency-Key; changes need If-Match. Money is a decimal string with its currency.",
                ))
                .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .components(Some(components))
        .build()
}

/// One documented problem status.
pub fn problem_response(status: u16) -> Response {
    ResponseBuilder::new()
        .description(reason(status))
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .build(),
        )
        .build()
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read",
        401 => "Not signed in",
        403 => "The permission is missing",
        404 => "Absent, or out of reach",
        405 => "This address does not offer the method",
        408 => "The request took too long to arrive",
        409 => "The present state forbids it",
        410 => "Used or expired",
        412 => "Changed meanwhile",
        413 => "Too large",
        415 => "This media type is not accepted",
        422 => "Some of the input is not acceptable",
        428 => "If-Match is missing",
        429 => "Too many requests",
        503 => "Temporarily unavailable",
        507 => "No space left",
        _ => "Something went wrong on our side",
    }
}

/// Adds to every operation what all of them can answer, so that no feature has to remember it.
pub fn complete(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        for (operation, has_body) in [
            (&mut item.get, false),
            (&mut item.post, true),
            (&mut item.put, true),
            (&mut item.patch, true),
            (&mut item.delete, false),
        ] {
            let Some(operation) = operation else { continue };
            let secured = operation.security.as_ref().is_some_and(|s| !s.is_empty());
            let mut statuses = vec![400, 429, 500, 503];
            if secured {
                statuses.extend([401, 403]);
            }
            if has_body {
                statuses.extend([408, 413, 415, 422]);
            }
            add(operation, &statuses);
            page_size(operation);
        }
    }
    document
}

/// Page sizes are judged by one rule, so they are described by one.
fn page_size(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        match &mut parameter.schema {
            Some(RefOr::T(Schema::Object(schema))) if parameter.name == "limit" => {
                schema.minimum = Some(Number::UInt(1));
                schema.maximum = Some(Number::UInt(MAX_LIMIT as usize));
            }
            _ => {}
        }
    }
}

fn add(operation: &mut Operation, statuses: &[u16]) {
    for status in statuses {
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert_with(|| problem_response(*status).into());
    }
}
