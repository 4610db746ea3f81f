//! KICS' comments.

use super::{HOST_NETWORK, LATEST, PUBLIC_ACL, hold};

/// The query on public bucket ACLs, and another one.
const PUBLIC: &str = "38c5ee0d-7f22-4260-ab72-5073048df100";
const OTHER: &str = "9513a694-aa0d-41d8-be61-3271e056f36b";

#[test]
fn about_a_file() {
    let text = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
    hold(
        "main.tf",
        &[PUBLIC_ACL],
        &[
            (&format!("# kics-scan ignore\n{text}"), &["3 comment (no reason)"]),
            (&format!("// kics-scan disable={OTHER},{PUBLIC}\n\n{text}"), &["4 comment (no reason)"]),
            (&format!("# kics-scan disable={OTHER}\n{text}"), &["3"]),
            (&format!("# kics-scan enable={OTHER}\n{text}"), &["3 comment (no reason)"]),
            (&format!("# kics-scan enable={PUBLIC}\n{text}"), &["3"]),
            // Behind the first code it says nothing.
            (&format!("{text}# kics-scan ignore\n"), &["2"]),
        ],
    );
}

#[test]
fn about_lines_and_blocks() {
    hold(
        "main.tf",
        &[PUBLIC_ACL],
        &[
            (
                "resource \"aws_s3_bucket\" \"b\" {\n  # kics-scan ignore-line\n  acl = \"public-read\"\n}\n",
                &["3 comment (no reason)"],
            ),
            (
                "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\" # kics-scan ignore-line\n}\n",
                &["2 comment (no reason)"],
            ),
            // One line only, not the block that begins there.
            ("# kics-scan ignore-line\nresource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n", &["3"]),
            (
                "# kics-scan ignore-block\nresource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n",
                &["3 comment (no reason)"],
            ),
        ],
    );
    let pod =
        |name: &str| format!("kind: Pod\napiVersion: v1\nmetadata:\n  name: {name}\nspec:\n  hostNetwork: true\n");
    hold(
        "pods.yaml",
        &[HOST_NETWORK],
        &[
            (
                &pod("a").replace("  hostNetwork", "  # kics-scan ignore-line\n  hostNetwork"),
                &["7 comment (no reason)"],
            ),
            (&pod("a").replace("spec", "# kics-scan ignore-block\nspec"), &["7 comment (no reason)"]),
            (&format!("{}---\n# kics-scan ignore-block\n{}", pod("a"), pod("b")), &["6", "14 comment (no reason)"]),
        ],
    );
    hold(
        "Dockerfile",
        &[LATEST, "dockerfile/packages/apt-unpinned"],
        &[
            (
                "FROM debian:12\n# kics-scan ignore-line\nRUN apt-get update && \\\n    apt-get install -y curl\n",
                &["4 comment (no reason)"],
            ),
            (
                "# kics-scan ignore-block\nFROM debian:latest AS one\nRUN apt-get install -y curl\nFROM debian:latest\n",
                &["2 comment (no reason)", "3 comment (no reason)", "4"],
            ),
        ],
    );
}
