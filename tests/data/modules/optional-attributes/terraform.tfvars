services = {
  a = {}
  b = { name = "b", labels = { x = 1 }, surplus = true }
}
