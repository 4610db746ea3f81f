resource "terraform_data" "node" {
  count = 3
  input = "node-${count.index + 1}"
}

output "names" {
  value = terraform_data.node[*].input
}

output "last" {
  value = terraform_data.node[2].input
}
