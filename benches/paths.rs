//! What exposure paths cost: the graph of 10,000 resources, and the findings of all pages with paths.
//!
//! `cargo bench --bench paths` prints milliseconds on one thread; the goal is at most a second for both together.
//! Functions that anybody calls have roles that assume one another's hub, so that every page finds something to do.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark talks to whoever runs it")]

use gatelint::discover::Memory;
use gatelint::engine::{self, Catalog, PolicySet, Selection};
use gatelint::lower;
use gatelint::source::Sources;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Groups of ten resources.
const GROUPS: usize = 1_000;
/// Rounds of which the fastest counts.
const ROUNDS: usize = 5;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let sources = Sources::default();
    let text = configuration(GROUPS);
    let tree = Memory::tree([("main.tf", text.as_str())]);
    let lowered = lower::lower(&tree, &sources, &lower::Inputs::default());
    let policies = PolicySet::default();
    let selection = Selection { only: vec!["paths/*".into()], ..Selection::default() };
    let catalog = Catalog::new(&[], &policies, &selection, &sources).expect("the checks can be chosen");
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread starts");
    let (graph, _) = engine::graph(&lowered, &sources, &catalog);
    let graphed = single.install(|| fastest(|| drop(engine::graph(&lowered, &sources, &catalog))));
    let evaluation = engine::evaluate(&lowered, &sources, &catalog, &BTreeSet::new());
    let judged = single.install(|| fastest(|| drop(engine::evaluate(&lowered, &sources, &catalog, &BTreeSet::new()))));
    println!("{} resources, {} edges", lowered.resources.len(), graph.edges().len());
    println!("{:.0} ms for the graph on one thread", graphed.as_secs_f64() * 1e3);
    println!("{:.0} ms with the {} findings", judged.as_secs_f64() * 1e3, evaluation.selected.fails.len());
}

fn fastest(mut run: impl FnMut()) -> Duration {
    let round = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}

/// `groups` times ten resources: a function that anybody calls, its role, which assumes the next group's role, a bucket, a
/// table and a secret that it reads, and an instance behind a security group.
fn configuration(groups: usize) -> String {
    let mut text = String::new();
    for i in 0..groups {
        let next = (i + 1) % groups;
        let _ = write!(
            text,
            r#"
resource "aws_s3_bucket" "b{i}" {{}}
resource "aws_dynamodb_table" "t{i}" {{
  name = "t{i}"
}}
resource "aws_secretsmanager_secret" "s{i}" {{}}
resource "aws_iam_role" "r{i}" {{
  assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}] }})
}}
resource "aws_iam_role_policy" "r{i}" {{
  role = aws_iam_role.r{i}.id
  policy = jsonencode({{
    Statement = [
      {{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "${{aws_s3_bucket.b{i}.arn}}/*" }},
      {{ Effect = "Allow", Action = ["dynamodb:GetItem"], Resource = aws_dynamodb_table.t{i}.arn }},
      {{ Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = aws_secretsmanager_secret.s{i}.arn }},
      {{ Effect = "Allow", Action = ["sts:AssumeRole"], Resource = aws_iam_role.r{next}.arn }},
    ]
  }})
}}
resource "aws_lambda_function" "f{i}" {{
  function_name = "f{i}"
  role          = aws_iam_role.r{i}.arn
}}
resource "aws_lambda_function_url" "f{i}" {{
  function_name      = aws_lambda_function.f{i}.function_name
  authorization_type = "NONE"
}}
resource "aws_security_group" "g{i}" {{
  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
resource "aws_iam_instance_profile" "p{i}" {{
  role = aws_iam_role.r{i}.name
}}
resource "aws_instance" "i{i}" {{
  ami                         = "ami-1"
  associate_public_ip_address = true
  iam_instance_profile        = aws_iam_instance_profile.p{i}.name
  vpc_security_group_ids      = [aws_security_group.g{i}.id]
}}
"#
        );
    }
    text
}
