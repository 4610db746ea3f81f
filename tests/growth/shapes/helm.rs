//! Shapes of charts.

/// A chart with a template, and a helper that it calls.
fn chart(template: String, values: String) -> Vec<(String, String)> {
    let helper = "{{- define \"labels\" -}}\napp: {{ .Values.name | quote }}\n{{- end -}}\n";
    let files = [
        ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned()),
        ("web/values.yaml", values),
        ("web/templates/_helpers.tpl", helper.to_owned()),
        ("web/templates/pods.yaml", template),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).to_vec()
}

/// A long template.
pub fn template(size: usize) -> Vec<(String, String)> {
    let part = |i: usize| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{{{ .Values.name }}}}-{i}\n  labels:\n    \
             {{{{- include \"labels\" . | nindent 4 }}}}\nspec:\n  containers:\n    - name: a\n      \
             image: {{{{ printf \"%s:%s\" .Values.image .Values.tag | quote }}}}\n      \
             {{{{- with .Values.resources }}}}\n      resources:\n        {{{{- toYaml . | nindent 8 }}}}\n      \
             {{{{- end }}}}\n---\n"
        )
    };
    let values = "name: web\nimage: nginx\ntag: latest\nresources: {limits: {cpu: 1}}\n";
    chart((0..size).map(part).collect(), values.to_owned())
}

/// A short template that ranges over long values.
pub fn chart_values(size: usize) -> Vec<(String, String)> {
    let template = "{{- range .Values.pods }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .name }}\nspec:\n  \
                    containers:\n    - name: a\n      image: {{ .image }}\n---\n{{- end }}\n";
    let pod = |i: usize| format!("  - name: pod-{i}\n    image: nginx\n");
    chart(template.to_owned(), format!("name: web\npods:\n{}", (0..size).map(pod).collect::<String>()))
}

/// Lines that are not known, in and below mappings of one object.
pub fn unknown_lines(size: usize) -> Vec<(String, String)> {
    let part = |i: usize| format!("        - name: a{i}\n          image: nginx\n          {{{{ uuidv4 }}}}\n");
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      \
                containers:\n";
    chart(format!("{head}{}", (0..size).map(part).collect::<String>()), "name: web\n".to_owned())
}
