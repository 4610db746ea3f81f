//! Texts and the trees they are, by HCL's specification.
