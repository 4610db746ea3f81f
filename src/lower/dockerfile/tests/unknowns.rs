//! What follows from a text that is known in part: a truth or a number that is unknown too, never a text.

use super::{Case, show};
use crate::model::Type;

/// The type of an unknown value, and whether it may be null.
fn open(case: &Case, address: &str, path: &str) -> (Type, bool) {
    let value = case.value(address, path);
    let unknown = value.as_unknown().unwrap_or_else(|| panic!("{path} is {}", show(value)));
    assert!(!unknown.causes.is_empty(), "{path} is unknown for no reason");
    (unknown.ty.clone(), !unknown.refinement.not_null)
}

#[test]
fn truths_and_numbers_of_unknown_texts_are_unknown_ones() {
    let case = Case::read(
        "FROM a\nARG X\nWORKDIR ${X}\nEXPOSE ${X}\nEXPOSE 80-$X\nUSER $X\nCOPY --link=$X --chown=$X a /b\n\
         RUN --mount=type=bind,target=/a,readonly=$X true\nRUN --mount=type=bind,target=/a,rw=false true",
    );
    assert_eq!(open(&case, "stage[0].WORKDIR", "is_absolute"), (Type::Bool, false));
    assert_eq!(open(&case, "stage[0].EXPOSE", "ports.0.port"), (Type::Number, false));
    assert_eq!(case.show("stage[0].EXPOSE[1]", "ports.0.port"), "80");
    assert_eq!(open(&case, "stage[0].EXPOSE[1]", "ports.0.end"), (Type::Number, false));
    assert_eq!(open(&case, "stage[0].USER", "group"), (Type::String, true));
    assert_eq!(open(&case, "stage[0].COPY[\"/b\"]", "link"), (Type::Bool, false));
    assert_eq!(open(&case, "stage[0].RUN[\"true\"]", "mounts.0.readonly"), (Type::Bool, false));
    assert_eq!(case.show("stage[0].RUN[\"true\"][1]", "mounts.0.readwrite"), "false");
}

#[test]
fn what_is_known_of_a_path_decides_whether_it_is_absolute() {
    for (path, absolute) in [("/a/$X", "true"), ("a/$X", "false"), ("ab$X", "false"), ("C:$X", "true"), ("C$X", "?")] {
        let case = Case::read(&format!("FROM a\nARG X\nWORKDIR /srv\nWORKDIR {path}"));
        assert_eq!(case.show("stage[0].WORKDIR[1]", "is_absolute"), absolute, "{path}");
    }
    let below = Case::read("FROM a\nARG X\nWORKDIR /srv\nWORKDIR a/$X");
    assert_eq!(below.show("stage[0]", "declared.workdir"), "?/srv/a/");
    let anywhere = Case::read("FROM a\nARG X\nWORKDIR /srv\nWORKDIR $X/a");
    assert_eq!(anywhere.show("stage[0]", "declared.workdir"), "?");
}

#[test]
fn an_image_that_is_not_known_may_be_a_stage_or_scratch() {
    let case = Case::read("ARG B\nFROM $B AS b\nFROM $B\nCOPY --from=$B a /b\nCOPY --from=r.io/$B a /c\nFROM r.io/$B");
    assert_eq!(open(&case, "stage.b", "base.is_scratch"), (Type::Bool, false));
    assert_eq!(case.show("stage.b", "base.stage"), "null");
    assert_eq!(open(&case, "stage[1]", "base.stage"), (Type::Dynamic, true));
    assert_eq!(open(&case, "stage[1].COPY[\"/b\"]", "from_stage"), (Type::Dynamic, true));
    assert_eq!(case.show("stage[1].COPY[\"/c\"]", "from_stage"), "null");
    assert_eq!(case.show("stage[2]", "base.is_scratch"), "false");
    assert_eq!(case.show("stage[2]", "base.stage"), "null");
}

#[test]
fn the_name_of_an_image_may_tell_its_user() {
    for (image, user) in [
        ("scratch", "\"root\""),
        ("debian:12", "null"),
        ("gcr.io/distroless/static:nonroot", "\"65532\""),
        ("nginxinc/nginx-unprivileged:1.27", "\"nonroot\""),
        ("nginxinc/nginx-unprivileged:$X", "\"nonroot\""),
        ("cgr.dev/chainguard/node", "\"nonroot\""),
        ("cgr.dev/chainguard/wolfi-base", "null"),
        ("debian:$X", "?"),
        ("$X", "?"),
    ] {
        let case = Case::read(&format!("ARG X\nFROM {image}\nFROM 0"));
        assert_eq!(case.show("stage[0]", "base_user"), user, "{image}");
        let told = if user == "null" { "?" } else { user };
        assert_eq!(case.show("stage[1]", "user"), told, "{image}");
    }
    assert_eq!(Case::read("RUN a").show("stage[0]", "base_user"), "?");
}
