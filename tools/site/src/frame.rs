//! The frame around every page, and text in it.

/// A whole page. `depth` is the number of folders that it lies in: addresses are relative, so that the site works in
/// any folder and without a server.
pub fn page(title: &str, depth: usize, body: &str) -> String {
    let up = "../".repeat(depth);
    let search = format!(
        "\n<form action=\"{up}index.html\"><input type=\"search\" name=\"q\" \
         placeholder=\"Check, CKV_AWS_20, aws_s3_bucket\" aria-label=\"Search checks\"></form>"
    );
    framed(title, &up, &search, body)
}

/// The first page of the site, which has a search of its own.
pub fn first_page(title: &str, body: &str) -> String {
    framed(title, "", "", body)
}

fn framed(title: &str, up: &str, search: &str, body: &str) -> String {
    let title = text(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; script-src 'self'; \
         connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"{up}style.css\">\n</head>\n<body>\n<header><a href=\"{up}index.html\">gatelint</a> \
         <a href=\"{up}docs/index.html\">Documentation</a>{search}</header>\n<main>\n{body}\n\
         </main>\n</body>\n</html>\n"
    )
}

/// Text as text: not markup, in an element or a quoted attribute.
pub fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
