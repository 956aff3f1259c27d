use super::item::day_in_bucket;
use chrono::NaiveDate;
use kept_shared::ageing::AgeingRules;
use kept_shared::ageing::{AgeingBasis, AgeingMode};

#[test]
fn each_bucket_comes_back_as_itself_under_every_rule() {
    for mode in AgeingMode::ALL {
        for edges in [AgeingRules::USUAL_EDGES, AgeingRules::THIRTIES] {
            let ageing = AgeingRules {
                mode: *mode,
                basis: AgeingBasis::DueDate,
                edges,
                ..AgeingRules::default()
            };
            for as_at in ["2020-06-30", "2024-02-29", "2026-08-31", "2026-01-01", "2026-03-01"] {
                let as_at: NaiveDate = as_at.parse().unwrap();
                for bucket in 0..=6_u8 {
                    let day = day_in_bucket(bucket, as_at, &ageing);
                    assert_eq!(
                        ageing.bucket(day, as_at),
                        usize::from(bucket.min(4)),
                        "{mode} {edges:?} {as_at} {bucket} {day}"
                    );
                }
            }
        }
    }
}
