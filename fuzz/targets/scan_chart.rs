//! A template of a chart.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    gatelint_fuzz::scan(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
        ("chart/values.yaml", "name: a\nlist: [1, 2]\nmap: {a: b}\n"),
        ("chart/templates/objects.yaml", text),
    ]);
});
