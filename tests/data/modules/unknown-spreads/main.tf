resource "terraform_data" "first" {
  input = "x"
}

resource "terraform_data" "second" {
  input = { id = terraform_data.first.id, name = "second" }
}

module "child" {
  source = "./child"
  id     = terraform_data.first.id
}

output "second" {
  value = terraform_data.second.input.name
}

output "child" {
  value = module.child.both
}

output "id" {
  value = terraform_data.first.id
}
