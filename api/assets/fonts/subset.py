"""Makes the two faces that documents embed from Debian's package fonts-inter 4.0~beta7 (SIL Open Font License 1.1).

    python3 subset.py FOLDER-OF-THE-OTF-FILES      (needs fonttools)

Latin with all its extensions, Greek, Cyrillic, punctuation and currency signs; figures are tabular, so that amounts
stand under each other; layout tables go, because text is placed glyph by glyph.
"""

import sys
from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [(0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2010, 0x2027),
          (0x2030, 0x203A), (0x20A0, 0x20C0)]
SINGLE = [0x2B9, 0x2BC, 0x2C6, 0x2C7, 0x2D9, 0x2DA, 0x2DC, 0x2044, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193,
          0x2212, 0x2260, 0x2264, 0x2265, 0x25A1, 0x2713]


def tabular(gsub):
    swap = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for table in gsub.LookupList.Lookup[index].SubTable:
                    swap.update(getattr(table, "ExtSubTable", table).mapping)
    return swap


for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
    font = TTFont(f"{sys.argv[1]}/{name}")
    swap = tabular(font["GSUB"].table)
    for table in font["cmap"].tables:
        for point, glyph in list(table.cmap.items()):
            if 0x30 <= point <= 0x39:
                table.cmap[point] = swap.get(glyph, glyph)
    options = subset.Options()
    options.layout_features, options.name_IDs, options.hinting = [], ["*"], False
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "STAT", "MVAR"]
    work = subset.Subsetter(options)
    work.populate(unicodes=[p for a, b in RANGES for p in range(a, b + 1)] + SINGLE)
    work.subset(font)
    font.save(name)
