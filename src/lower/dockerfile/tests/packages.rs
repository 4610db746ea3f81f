//! What package managers do.

use super::Case;

#[test]
fn package_managers_are_told_by_what_they_do() {
    for (command, told) in [
        ("apt-get update", "\"apt\" [\"update\"]"),
        ("/usr/bin/aptitude -y install a", "\"apt\" [\"install\"]"),
        ("apt-get -y dist-upgrade", "\"apt\" [\"dist-upgrade\"]"),
        ("apk add --no-cache a", "\"apk\" [\"install\"]"),
        ("apk cache clean", "\"apk\" [\"clean\"]"),
        ("yum -y update", "\"dnf\" [\"update\", \"upgrade\"]"),
        ("microdnf clean all", "\"dnf\" [\"clean\"]"),
        ("yum clean expire-cache", "\"dnf\" []"),
        ("yum clean metadata packages", "\"dnf\" [\"clean-metadata\", \"clean-packages\"]"),
        ("dnf clean $X", "\"dnf\" [?]"),
        ("dnf5 install a", "\"dnf\" [\"install\"]"),
        ("dnf module install a", "\"dnf\" [\"install\"]"),
        ("dnf module list", "\"dnf\" []"),
        ("zypper -n dup", "\"zypper\" [\"dist-upgrade\"]"),
        ("pacman -Sy", "\"pacman\" [\"update\"]"),
        ("pacman -Syu --noconfirm a", "\"pacman\" [\"update\", \"upgrade\", \"install\"]"),
        ("pacman -Scc", "\"pacman\" [\"clean\"]"),
        ("pacman -Qi a", "\"pacman\" []"),
        ("apt-get $X a", "\"apt\" [?]"),
        ("$X install a", "? [?]"),
        ("apt-$X install a", "? [?]"),
        ("/opt/$X/run install a", "null []"),
        ("pip install a", "null []"),
        ("A=b", "null []"),
    ] {
        let case = Case::read(&format!("FROM a\nARG X\nRUN {command}"));
        let address = case.addresses().into_iter().find(|address| address.contains("RUN")).unwrap().to_owned();
        let shown = |name: &str| case.show(&address, &format!("commands.0.{name}"));
        assert_eq!(format!("{} {}", shown("package_manager"), shown("package_actions")), told, "{command}");
    }
}
