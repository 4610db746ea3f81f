output "variable" {
  value = var.nowhere
}

output "local" {
  value = local.nowhere
}
