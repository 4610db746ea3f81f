"use strict";
// Shows the checks that have every word of the search in one of their names.
const field = document.getElementById("q");
const items = Array.from(document.getElementById("list").children);
const count = document.getElementById("count");
const none = document.getElementById("none");
let names = items.map((item) => item.textContent.toLowerCase().split(/\s+/));
// A type may be a pattern: azurerm_*_function_app.
const pattern = (name) => new RegExp("^" + name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/[*]/g, ".*") + "$");
const is = (name, word) => name === word || (/[*]./.test(name) && pattern(name).test(word));
// A number is not cut: CKV_AWS_19 is no part of CKV_AWS_190.
function has(name, word) {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
    const cut = (left, right) => /[0-9]/.test(left) && /[0-9]/.test(right);
    const end = at + word.length;
    if (!cut(name.charAt(at - 1), word[0]) && !cut(word[word.length - 1], name.charAt(end))) return true;
  }
  return is(name, word);
}
function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  // An id or a type is meant as it is written, if there is one: aws_s3_bucket is not aws_s3_bucket_acl.
  const tests = words.map((word) => (/[0-9_]/.test(word) && names.some((own) => own.includes(word)) ? is : has));
  let shown = 0;
  items.forEach((item, at) => {
    item.hidden = !words.every((word, which) => names[at].some((name) => tests[which](name, word)));
    shown += item.hidden ? 0 : 1;
  });
  count.textContent = words.length ? shown + " of " + items.length : "";
  none.hidden = shown > 0;
}
field.value = new URLSearchParams(location.search).get("q") || "";
field.addEventListener("input", () => {
  // What is searched stands in the address, to be passed on.
  history.replaceState(null, "", field.value ? "?q=" + encodeURIComponent(field.value) : location.pathname);
  show();
});
document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
show();
fetch("search.json")
  .then((answer) => answer.json())
  .then((all) => {
    names = all.map((own) => own.split(" "));
    show();
  });
