//! hadolint's comments: about the next instruction, the stage, the file.

use super::{LATEST, hold};

#[test]
fn line_stage_and_file() {
    let apt = "dockerfile/packages/apt-unpinned";
    hold(
        "Dockerfile",
        &[LATEST, apt],
        &[
            ("# hadolint ignore=DL3007\nFROM debian:latest\n", &["2 comment (no reason)"]),
            ("#hadolint ignore=DL3008 # pinned by the snapshot\nFROM debian:12\n", &[]),
            (
                "FROM debian:12\n#hadolint ignore=DL3009,DL3008 # pinned by the snapshot\nRUN apt-get update && \\\n    apt-get install -y curl\nRUN apt-get install -y git\n",
                &["4 comment (pinned by the snapshot)", "5"],
            ),
            // Above FROM it is about that instruction only.
            ("# hadolint ignore=DL3008\nFROM debian:12\nRUN apt-get install -y git\n", &["3"]),
            (
                "# hadolint stage ignore=DL3008\nFROM debian:12 AS a\nRUN apt-get install -y git\nFROM debian:12\nRUN apt-get install -y git\n",
                &["3 comment (no reason)", "5"],
            ),
            (
                "# hadolint global ignore = DL3008 , DL3007\nFROM debian:latest AS a\nRUN apt-get install -y git\nFROM debian:12\nRUN apt-get install -y git\n",
                &["2 comment (no reason)", "3 comment (no reason)", "5 comment (no reason)"],
            ),
            // No such rule, another rule, an unrelated pragma.
            ("# hadolint ignore=nonsense\nFROM debian:latest\n", &["2"]),
            ("# hadolint ignore=DL3006\nFROM debian:latest\n", &["2"]),
            ("# hadolint shell=powershell\nFROM debian:latest\n", &["2"]),
        ],
    );
}
