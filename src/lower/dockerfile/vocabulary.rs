//! What must be known of programs to tell options, their values, and operands apart.
//!
//! Facts of the programs' manuals, nothing about whether a use is good.

/// How a program reads its arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program {
    /// Its name without version.
    pub name: &'static str,
    /// Whether its first operand is a subcommand.
    pub has_subcommand: bool,
    /// Options that take the next word as their value, with blanks between.
    pub valued: &'static str,
    /// How single-dash words are read.
    pub short: Short,
}

/// How `-abc` is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Short {
    /// As `-a -b -c`.
    Clusters,
    /// As one option.
    Whole,
    /// As in `wget`: clusters in which `n` takes the next letter with it.
    PairsOfN,
}

const fn program(name: &'static str, has_subcommand: bool, valued: &'static str) -> Program {
    Program { name, has_subcommand, valued, short: Short::Clusters }
}

const fn whole(name: &'static str, has_subcommand: bool, valued: &'static str) -> Program {
    Program { name, has_subcommand, valued, short: Short::Whole }
}

const APT: &str = "-t --target-release --default-release -o --option -c --config-file -a";
const DNF: &str = "-c --config -d --debuglevel -e --errorlevel -R --randomwait -x --exclude --installroot \
              --enablerepo --disablerepo --repo --repoid --releasever --setopt --comment";
const NODE_PACKAGES: &str = "--registry --prefix -C --cwd --dir --cache --cache-folder --modules-folder --userconfig \
              --loglevel --omit --include -w --workspace --tag --network-timeout --store-dir --filter";
const ACCOUNT: &str = "-u --uid -g --gid -G --groups -d --home --home-dir -s --shell -c --comment --gecos -p --password \
              -k --skel -e --expiredate -f --inactive -K --key --ingroup -b --base-dir";
const SHELL: &str = "-c -o +o -O +O --rcfile --init-file";

/// Sorted by name.
const PROGRAMS: &[Program] = &[
    program("addgroup", false, ACCOUNT),
    Program {
        valued: "-h -g -s -G -u -k --home --shell --uid --gid --gecos --ingroup",
        ..program("adduser", false, "")
    },
    program(
        "apk",
        true,
        "-t --virtual -X --repository -p --root --arch --keys-dir --repositories-file --wait --cache-dir \
              --cache-max-age --progress-fd",
    ),
    program("apt", true, APT),
    program("apt-cache", true, APT),
    program("apt-get", true, APT),
    program("apt-key", true, "--keyserver --keyring --keyserver-options"),
    program("apt-mark", true, "-f --file"),
    program("aptitude", true, APT),
    program("ash", false, SHELL),
    program("az", true, ""),
    program("bash", false, SHELL),
    program("brew", true, ""),
    program("bun", true, NODE_PACKAGES),
    program("bundle", true, "--gemfile --path --jobs -j --retry --without --with"),
    program(
        "cargo",
        true,
        "--version --vers --git --branch --tag --rev --path --root --registry --index -F --features \
              --target --target-dir --profile -p --package -j --jobs --manifest-path --config --bin --example \
              -Z -C",
    ),
    program("chgrp", false, "--reference --from"),
    program("chmod", false, "--reference"),
    program("chown", false, "--reference --from"),
    program("composer", true, "-d --working-dir"),
    program("conda", true, "-n --name -c --channel -p --prefix -f --file"),
    program("corepack", true, "--install-directory -o --output"),
    program("cp", false, "-t --target-directory -S --suffix"),
    program(
        "curl",
        false,
        "-o --output -H --header -d --data --data-binary --data-raw --data-urlencode -X --request -u \
              --user -A --user-agent -e --referer -b --cookie -c --cookie-jar -F --form -m --max-time \
              --connect-timeout --retry --retry-delay --retry-max-time -x --proxy -w --write-out -T \
              --upload-file -E --cert --key --cacert --capath -r --range -y -Y -z --time-cond -K --config -C \
              --continue-at --resolve --proto --proto-redir --ciphers --url -D --dump-header --limit-rate \
              --output-dir --interface -U --proxy-user --noproxy -Q -t -P --max-redirs --tls-max --cert-type \
              --oauth2-bearer --stderr",
    ),
    program("dash", false, SHELL),
    program("dnf", true, DNF),
    program("dnf5", true, DNF),
    program("doas", false, "-u -C"),
    program("docker", true, "-H --host -c --context --config"),
    program("dotnet", true, ""),
    program("dpkg", false, "--root --admindir --instdir"),
    program("env", false, "-u --unset -C --chdir -S --split-string"),
    whole("find", false, ""),
    program("gcloud", true, ""),
    program(
        "gem",
        true,
        "-v --version -i --install-dir -n --bindir -s --source -P --trust-policy --platform --http-proxy \
              -p --build-root -g --file",
    ),
    program(
        "git",
        true,
        "-C -c --git-dir --work-tree --depth -b --branch -o --origin -j --jobs --reference --template \
              --namespace --shallow-since -u --upload-pack",
    ),
    whole(
        "go",
        true,
        "-ldflags -o -tags -mod -p -gcflags -asmflags -C -buildmode -installsuffix -overlay -pkgdir \
              -toolexec -run -count -timeout",
    ),
    program(
        "gpg",
        false,
        "--keyserver --homedir --keyring -o --output -r --recipient -u --options --keyserver-options \
              --primary-keyring --import-options",
    ),
    program("groupadd", false, "-g --gid -K --key -p --password -R --root"),
    program("helm", true, ""),
    program("install", false, "-m --mode -o --owner -g --group -t --target-directory"),
    whole("java", false, "-cp -classpath -jar"),
    program("ksh", false, SHELL),
    program("kubectl", true, "-n --namespace --context --kubeconfig -f --filename"),
    program("ln", false, "-t --target-directory"),
    program("luarocks", true, ""),
    program("mamba", true, "-n --name -c --channel -p --prefix -f --file"),
    program("microdnf", true, DNF),
    program("micromamba", true, "-n --name -c --channel -p --prefix -f --file -r --root-prefix"),
    program("mkdir", false, "-m --mode"),
    program("mv", false, "-t --target-directory"),
    whole("mvn", false, "-f -s -P -pl"),
    program("nice", false, "-n --adjustment"),
    program("npm", true, NODE_PACKAGES),
    program("npx", false, "-p --package -c --call"),
    program("pacman", false, "-r --root -b --dbpath --cachedir --config --ignore --arch"),
    program(
        "pip",
        true,
        "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url \
              --trusted-host -f --find-links --proxy --timeout --default-timeout --retries --cache-dir --log \
              --prefix --root --src --platform --python-version --implementation --abi --only-binary \
              --no-binary --progress-bar -C --config-settings --cert --client-cert --upgrade-strategy \
              --use-feature --use-deprecated --report --exists-action --global-option --install-option \
              --python -w --wheel-dir -d --dest --no-deps-for --root-user-action -b --build --keyring-provider",
    ),
    program("pipenv", true, "--python -r --requirements --index -i"),
    program("pipx", true, "--python --index-url -i --pip-args --suffix"),
    program("pnpm", true, NODE_PACKAGES),
    program("podman", true, ""),
    program("poetry", true, "-C --directory -P --project -E --extras --with --without --only"),
    program("python", false, "-m -c -W -X"),
    program("rm", false, ""),
    program("rpm", false, "--root --prefix --define -D --dbpath -r"),
    program("rustup", true, "--default-toolchain --toolchain --profile -c --component -t --target"),
    program("scp", false, "-i -P -o -F -l -c -J -S"),
    program("sed", false, "-e --expression -f --file"),
    program("service", false, ""),
    program("sh", false, SHELL),
    program("ssh", false, "-i -p -o -F -l -L -R -D -J -b -c -e -m -W -w"),
    program("su", false, "-c --command -s --shell -g --group -G -w"),
    program(
        "sudo",
        false,
        "-u --user -g --group -h --host -p --prompt -C -r --role -t --type -T -U --other-user -D --chdir \
              -R --chroot",
    ),
    program("systemctl", true, "-H --host -M --machine -t --type --root"),
    program(
        "tar",
        false,
        "-f --file -C --directory -T --files-from -X --exclude-from --exclude --strip-components \
              --transform -I --use-compress-program --owner --group --mode",
    ),
    program("tdnf", true, DNF),
    program("timeout", false, "-s --signal -k --kill-after"),
    whole("unzip", false, "-d -x -P"),
    program("update-alternatives", false, ""),
    program("useradd", false, ACCOUNT),
    program("usermod", false, ACCOUNT),
    program(
        "uv",
        true,
        "-r --requirement -c --constraint --python -p --index-url -i --extra-index-url --index --target \
              --prefix --cache-dir --directory --project --extra --group",
    ),
    Program {
        short: Short::PairsOfN,
        ..program(
            "wget",
            false,
            "-O --output-document -P --directory-prefix -o --output-file -a --append-output -i --input-file \
              -t --tries -T --timeout -w --wait -Q --quota -U --user-agent -e --execute --header --post-data \
              --user --password -A --accept -R --reject -D --domains -l --level -B --base -X -I \
              --ca-certificate --certificate --referer --limit-rate --load-cookies --secure-protocol",
        )
    },
    program("xargs", false, "-n -I -P -L -d -a -E -s --max-args --max-procs --arg-file --delimiter"),
    program("yarn", true, NODE_PACKAGES),
    program("yum", true, DNF),
    program("zsh", false, SHELL),
    program("zypper", true, "-R --root -C --config -r --repo -t --type --from -D --reposd-dir -p --plus-repo --to"),
];

/// Programs whose name may carry a version: `pip3`, `python3.11`.
const VERSIONED: [&str; 8] = ["pip", "python", "gem", "ruby", "node", "go", "php", "perl"];

/// The name of a program without directory, extension and version: `pip` for `/usr/bin/pip3.11`.
pub(super) fn canonical(word: &str) -> &str {
    let name = base_name(word);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    match bare {
        "nodejs" => "node",
        "pypy" => "python",
        _ if VERSIONED.contains(&bare) => bare,
        _ => name,
    }
}

/// The name without directory.
pub(super) fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// What is known of a program, by its canonical name.
pub(super) fn lookup(name: &str) -> Option<&'static Program> {
    let at = PROGRAMS.binary_search_by(|program| program.name.cmp(name)).ok()?;
    PROGRAMS.get(at)
}

/// Programs that run the command given in their arguments, with the number of operands before it.
pub(super) fn wrapper(name: &str) -> Option<usize> {
    match name {
        "sudo" | "doas" | "env" | "exec" | "command" | "builtin" | "nohup" | "time" | "nice" | "ionice" | "stdbuf"
        | "setsid" | "xargs" | "eatmydata" | "catchsegv" | "tini" | "dumb-init" | "unbuffer" | "fakeroot"
        | "busybox" | "catatonit" | "xvfb-run" => Some(0),
        "timeout" | "gosu" | "su-exec" | "chroot" | "arch-chroot" | "setpriv" => Some(1),
        _ => None,
    }
}

/// The variables of its environment that a program takes options from, as far as they decide what it leaves behind
/// or which versions it takes.
pub(super) fn options_in_environment(name: &str) -> &'static [&'static str] {
    match name {
        "pip" => &["PIP_NO_CACHE_DIR", "PIP_CONSTRAINT", "UV_NO_CACHE"],
        "uv" => &["UV_NO_CACHE", "UV_CONSTRAINT"],
        "pipx" => &["PIP_NO_CACHE_DIR", "PIP_CONSTRAINT"],
        "apt" | "apt-get" | "aptitude" => &["APT_CONFIG"],
        _ => &[],
    }
}

/// Whether a program is a shell that reads POSIX commands.
pub(super) fn is_posix_shell(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh" | "mksh")
}

#[cfg(test)]
mod tests {
    use super::{PROGRAMS, canonical, lookup};

    #[test]
    fn the_table_is_sorted() {
        assert!(PROGRAMS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(lookup("apt-get").is_some_and(|program| program.has_subcommand));
    }

    #[test]
    fn names_lose_directory_and_version() {
        for (word, name) in [
            ("/usr/bin/pip3.11", "pip"),
            ("python3", "python"),
            ("apt-get", "apt-get"),
            ("g++-12", "g++-12"),
            ("nodejs", "node"),
        ] {
            assert_eq!(canonical(word), name);
        }
    }
}
