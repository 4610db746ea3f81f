locals {
  users = yamldecode(file("${path.module}/users.yaml"))
}

resource "terraform_data" "user" {
  for_each = { for user in local.users : user.name => user if user.active }
  input    = templatefile("${path.module}/greeting.tftpl", each.value)
}
