//! What is known of an instruction from where it stands.

use super::Case;

#[test]
fn an_instruction_knows_the_shell_that_reads_it() {
    let case = Case::read(
        "FROM a AS b\nRUN one\nSHELL [\"/bin/bash\", \"-ec\"]\nRUN two\nFROM b\nRUN three\n\
         FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nRUN four",
    );
    for (address, shell) in [
        ("stage.b.RUN[\"one\"]", "[\"/bin/sh\", \"-c\"]"),
        ("stage.b.SHELL", "[\"/bin/sh\", \"-c\"]"),
        ("stage.b.RUN[\"two\"]", "[\"/bin/bash\", \"-ec\"]"),
        ("stage[1].RUN[\"three\"]", "[\"/bin/bash\", \"-ec\"]"),
        ("stage[2].RUN", "[\"cmd\", \"/S\", \"/C\"]"),
    ] {
        assert_eq!(case.show(address, "meta.shell_words"), shell, "{address}");
    }
}

#[test]
fn outside_of_stages_nothing_is_true_of_a_stage() {
    let case = Case::read("ARG A\nRUN b\nFROM c");
    for address in ["ARG[\"A\"]", "RUN[\"b\"]"] {
        for name in ["is_final", "is_shipped", "is_used", "is_build_only", "is_fragment"] {
            assert_eq!(case.show(address, &format!("meta.{name}")), "false", "{name}");
        }
        for name in ["stage", "stage_index", "index"] {
            assert_eq!(case.show(address, &format!("meta.{name}")), "null", "{name}");
        }
    }
}
