variable "name" {}

resource "terraform_data" "this" {
  input = upper(var.name)
}

output "label" {
  value = terraform_data.this.input
}
