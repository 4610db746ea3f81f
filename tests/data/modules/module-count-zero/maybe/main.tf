resource "terraform_data" "this" {
  input = "present"
}

output "name" {
  value = terraform_data.this.input
}
