locals {
  d = "${local.c}d"
  a = "a"
  c = "${local.b}c"
  b = "${local.a}b"
  each = { for name in ["x", "y"] : name => { path = "${local.d}/${name}" } }
}

output "path" {
  value = local.each["y"].path
}
