//! What the name of a published image tells: the user that it runs as, and whether it has a shell.
//!
//! Facts of the publishers' documentation and Dockerfiles. Of an image that is in no table, and promises nothing by its
//! name, nothing is known.

use super::image::Reference;
use crate::expr::partial::PartialText;

/// Images that end in a user other than root: registry, `*` for any; the beginning of the repository, to its end or
/// to the next `/`, `-` or `:`; the user. Each is the `USER` of the Dockerfile that the image is published from.
const NOT_ROOT: [(&str, &str, &str); 30] = [
    ("docker.io", "apache/airflow", "airflow"),
    ("docker.io", "apache/superset", "superset"),
    // "Non-root containers" in Bitnami's documentation.
    ("docker.io", "bitnami/", "1001"),
    ("docker.io", "bitnamilegacy/", "1001"),
    ("docker.io", "curlimages/curl", "curl_user"),
    ("docker.io", "grafana/grafana", "472"),
    ("docker.io", "grafana/loki", "10001"),
    ("docker.io", "grafana/tempo", "10001"),
    ("docker.io", "jenkins/jenkins", "jenkins"),
    ("docker.io", "jupyter/", "jovyan"),
    ("quay.io", "jupyter/", "jovyan"),
    ("docker.io", "prom/", "nobody"),
    ("quay.io", "prometheus/", "nobody"),
    ("docker.io", "selenium/", "1200"),
    ("docker.io", "sonarqube", "sonarqube"),
    ("docker.io", "opensearchproject/opensearch", "1000"),
    ("docker.io", "elasticsearch", "elasticsearch"),
    ("docker.elastic.co", "elasticsearch/elasticsearch", "elasticsearch"),
    ("docker.elastic.co", "kibana/kibana", "kibana"),
    ("ghcr.io", "puppeteer/puppeteer", "pptruser"),
    ("quay.io", "keycloak/keycloak", "1000"),
    ("quay.io", "strimzi/", "1001"),
    // "Non-root" in the documentation of SQL Server in containers.
    ("mcr.microsoft.com", "mssql/server", "mssql"),
    // The user of Nano Server, by "Securing Windows containers" of Microsoft's documentation.
    ("mcr.microsoft.com", "windows/nanoserver", "ContainerUser"),
    // Images that source-to-image builds on (`USER 1001` of `sclorg/s2i-base-container`), and the ones of OpenJDK.
    ("registry.access.redhat.com", "*/nodejs", "1001"),
    ("registry.access.redhat.com", "*/python", "1001"),
    ("registry.access.redhat.com", "*/php", "1001"),
    ("registry.access.redhat.com", "*/ruby", "1001"),
    ("registry.access.redhat.com", "*/go-toolset", "1001"),
    ("registry.access.redhat.com", "*/openjdk", "185"),
];

/// Repositories of the families above that are bases to install on, and run as root.
const ROOT_AGAIN: [&str; 4] = ["bitnami/minideb", "bitnami/os-shell", "bitnami/bitnami-shell", "bitnami/git"];

/// The user that an image runs as, where its name tells: `scratch` has none but root; the `nonroot` tags of
/// distroless are built to run as uid 65532 (its README); who calls an image `nonroot`, `rootless` or `unprivileged`
/// promises that it is not root, and so does Chainguard of its images ("Users" in its image guidelines), but for
/// those that are bases to install on. `nonroot` is said where that is all that is told.
pub(super) fn user_of(image: &PartialText) -> Option<&'static str> {
    if image.equals("scratch") == Some(true) {
        return Some("root");
    }
    let Reference { registry, repository, tag, .. } = Reference::parse(image);
    let repository_text = repository.text().to_owned();
    let (names, name) = repository.rsplit_once('/').unwrap_or((PartialText::default(), repository));
    let (names, is_whole, name) = (names.text(), name.is_known(), name.text());
    let host = registry.as_ref().map_or("docker.io", PartialText::text);
    let (whole, tag_text) = (repository_text.as_str(), tag.as_ref().map_or("", PartialText::text));
    if is_whole && let Some(user) = listed(host, whole) {
        return Some(user);
    }
    if is_chiseled(whole, tag_text) {
        return Some("1654");
    }
    // Docker Hardened Images: what is named `-dev` is built with and runs as root.
    if host == "dhi.io" && is_whole && !tag_text.is_empty() && !tag_text.ends_with("dev") {
        return Some("65532");
    }
    if is_server_core(whole) {
        return Some("ContainerAdministrator");
    }
    let promises = promises_no_root(name) || tag.is_some_and(|tag| promises_no_root(tag.text()));
    if promises && names.ends_with("distroless") {
        return Some("65532");
    }
    let by_chainguard = registry.is_some_and(|registry| registry.text() == "cgr.dev") || names.ends_with("chainguard");
    let is_base = matches!(name, "wolfi-base" | "chainguard-base");
    (promises || by_chainguard && !is_base && is_whole).then_some("nonroot")
}

/// Whether an image is a Windows that runs as its administrator where nobody says otherwise: Server Core and the like.
fn is_server_core(repository: &str) -> bool {
    ["windows/servercore", "windows/server", "windows"].contains(&repository)
}

/// Whether a word of a name says that the process is not root.
fn promises_no_root(name: &str) -> bool {
    let words: Vec<&str> = name.split(['-', '_', '.']).collect();
    words.iter().any(|word| matches!(*word, "nonroot" | "rootless" | "unprivileged"))
        || words.windows(2).any(|pair| pair == ["non", "root"])
}

/// Whether an image has no shell, by its name: `scratch` has nothing, distroless has a shell in its `debug` tags only,
/// and the chiseled images of .NET have none ("distroless" in the documentation of .NET's container images).
pub(super) fn has_no_shell(image: &PartialText) -> bool {
    if image.equals("scratch") == Some(true) {
        return true;
    }
    let Reference { registry, repository, tag, .. } = Reference::parse(image);
    if !repository.is_known() || tag.as_ref().is_some_and(|tag| !tag.is_known()) {
        return false;
    }
    let tag = tag.as_ref().map_or("", PartialText::text);
    let of_distroless =
        registry.is_some_and(|registry| registry.text() == "gcr.io") && repository.text().starts_with("distroless/");
    of_distroless && !tag.split('-').any(|word| word == "debug") || is_chiseled(repository.text(), tag)
}

/// Whether an image of .NET is one without a distribution's tools, which runs as `app`.
fn is_chiseled(repository: &str, tag: &str) -> bool {
    let is_dotnet = repository.starts_with("dotnet/") || repository.contains("/dotnet/");
    is_dotnet && tag.split('-').any(|word| word == "chiseled" || word == "distroless")
}

/// The user of an image that [`NOT_ROOT`] has.
fn listed(registry: &str, repository: &str) -> Option<&'static str> {
    let begins = |known: &str, name: &str| {
        name.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || known.ends_with('/') || rest.starts_with(['/', '-']))
    };
    let fits = |known: &str| match known.strip_prefix("*/") {
        Some(known) => repository.rsplit_once('/').is_some_and(|(_, name)| begins(known, name)),
        None => begins(known, repository),
    };
    if ROOT_AGAIN.contains(&repository) {
        return None;
    }
    NOT_ROOT.iter().find(|(host, known, _)| *host == registry && fits(known)).map(|(_, _, user)| *user)
}

#[cfg(test)]
mod tests {
    fn user_of(image: &str) -> Option<&'static str> {
        super::user_of(&image.into())
    }

    #[test]
    fn users_of_base_images() {
        assert_eq!(user_of("gcr.io/distroless/static-debian12:nonroot"), Some("65532"));
        assert_eq!(user_of("gcr.io/distroless/base:debug-nonroot"), Some("65532"));
        assert_eq!(user_of("gcr.io/distroless/static"), None);
        assert_eq!(user_of("nginxinc/nginx-unprivileged:1.27"), Some("nonroot"));
        assert_eq!(user_of("docker:27-dind-rootless"), Some("nonroot"));
        assert_eq!(user_of("r.io/a/app:1.2-non-root"), Some("nonroot"));
        assert_eq!(user_of("cgr.dev/chainguard/node:latest-dev"), Some("nonroot"));
        assert_eq!(user_of("chainguard/python"), Some("nonroot"));
        assert_eq!(user_of("cgr.dev/chainguard/wolfi-base"), None);
        assert_eq!(user_of("rootlesscontainers/app"), None);
        assert_eq!(user_of("scratch"), Some("root"));
        assert_eq!(user_of("node:18"), None);
    }

    #[test]
    fn families_that_end_in_a_user() {
        assert_eq!(user_of("mcr.microsoft.com/dotnet/runtime-deps:9.0-noble-chiseled"), Some("1654"));
        assert_eq!(user_of("mcr.microsoft.com/dotnet/aspnet:9.0-noble"), None);
        assert_eq!(user_of("mcr.microsoft.com/windows/nanoserver:ltsc2025"), Some("ContainerUser"));
        assert_eq!(user_of("mcr.microsoft.com/windows/servercore:ltsc2025"), Some("ContainerAdministrator"));
        assert_eq!(user_of("bitnami/postgresql:16"), Some("1001"));
        assert_eq!(user_of("bitnami/minideb:bookworm"), None);
        assert_eq!(user_of("grafana/grafana-oss:11.2.0"), Some("472"));
        assert_eq!(user_of("grafana/grafanas:11.2.0"), None);
        assert_eq!(user_of("registry.access.redhat.com/ubi9/python-312:1"), Some("1001"));
        assert_eq!(user_of("registry.access.redhat.com/ubi9/ubi-minimal:9.5"), None);
        assert_eq!(user_of("dhi.io/python:3.13"), Some("65532"));
        assert_eq!(user_of("dhi.io/python:3.13-dev"), None);
        assert_eq!(user_of("prom/prometheus:v3.0.0"), Some("nobody"));
        assert_eq!(user_of("example.com/prom/prometheus"), None);
    }

    #[test]
    fn images_without_a_shell() {
        let has_no_shell = |image: &str| super::has_no_shell(&image.into());
        for image in
            ["scratch", "gcr.io/distroless/static:nonroot", "mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled"]
        {
            assert!(has_no_shell(image), "{image}");
        }
        for image in ["alpine:3.21", "gcr.io/distroless/base:debug-nonroot", "mcr.microsoft.com/dotnet/aspnet:9.0"] {
            assert!(!has_no_shell(image), "{image}");
        }
    }
}
