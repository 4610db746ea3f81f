variable "id" {
  type = string
}

output "both" {
  value = { known = "yes", id = var.id }
}
