//! Looking up types and arguments in the table of schemas.

use divan::{Bencher, black_box};
use gatelint::schema::{self, Body};

fn main() {
    divan::main();
}

/// One argument of one type, by name.
#[divan::bench]
fn argument() -> bool {
    let ty = schema::terraform(black_box("aws_s3_bucket"));
    ty.and_then(|ty| ty.body().get(black_box("versioning"))).is_some()
}

/// Every argument and block of a large type, to the bottom.
#[divan::bench]
fn whole_type(bencher: Bencher) {
    fn count(body: Body) -> usize {
        body.arguments().map(|(_, argument)| 1 + argument.body().map_or(0, |(_, body)| count(body))).sum()
    }
    bencher.bench(|| schema::terraform(black_box("google_container_cluster")).map(|ty| count(ty.body())));
}
