resource "terraform_data" "by_map" {
  for_each = { web = 80, api = 8080 }
  input    = { name = each.key, port = each.value }
}

resource "terraform_data" "by_set" {
  for_each = toset(["b", "a", "b"])
  input    = "${each.key}=${each.value}"
}

output "ports" {
  value = { for name, node in terraform_data.by_map : name => node.input.port }
}
