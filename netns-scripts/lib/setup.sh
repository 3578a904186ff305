# What quickstart, verify and the benchmarks share: messages, Debian packages, the JDK, the build. Sourced; wants
# $program, the name in messages, and $root, the checkout.
# shellcheck shell=sh disable=SC2154 # variables from whoever sources this

UNAVAILABLE=69 PERMISSION=77
needed_java=25
application=$root/proxy/target/tapmeta

# A root shell opened with su may not have these.
PATH=$PATH:/usr/sbin:/sbin
export PATH

# ---- messages

# die STATUS MESSAGE...: the one line for the operator.
die() {
  exit_status=$1
  shift
  printf '%s: %s\n' "$program" "$*" >&2
  exit "$exit_status"
}

need_root() {
  [ "$(id -u)" -eq 0 ] || die "$PERMISSION" "user id $(id -u): no rights over interfaces (expected: 0, root; with sudo)"
}

# now: milliseconds. took START: the time since then, for people.
now() { echo "$(($(date +%s%N) / 1000000))"; }
took() {
  milliseconds=$(($(now) - $1))
  if [ "$milliseconds" -ge 60000 ]; then
    echo "$((milliseconds / 60000)) min $((milliseconds / 1000 % 60)) s"
  else
    echo "$((milliseconds / 1000)).$((milliseconds / 100 % 10)) s"
  fi
}

# quietly COMMAND...: what it says is kept on descriptor 7, in a file without a name, for "complain".
quietly() {
  kept=$(mktemp)
  exec 7>"$kept"
  exec 6<"$kept"
  rm -f "$kept"
  # In the background, so that a signal to this shell is heard at once.
  "$@" >&7 2>&1 </dev/null 6<&- 7>&- &
  wait "$!"
}

# complain WHAT: the end of what the last quiet command said, and why this run ends.
complain() {
  tail -n 40 <&6 >&2
  die "$UNAVAILABLE" "$1: ended with an error (expected: success; the last of what it said is above)"
}

# ---- the JDK

# is_jdk DIRECTORY: every JDK tells its version in a file named release, which is quicker than asking it.
is_jdk() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release")
  [ "${version:-0}" -ge "$needed_java" ]
}

# find_jdk: $jdk is the first that is new enough.
find_jdk() {
  on_path=$(readlink -f "$(command -v javac)") || on_path=
  for jdk in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/*; do
    ! is_jdk "$jdk" || return 0
  done
  return 1
}

# ---- Debian packages

apt() { quietly env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"; }

# provide TOOL:PACKAGE...: installs the packages of those tools that are not there, and a JDK if there is none.
provide() {
  tools='' packages=''
  for tool in "$@"; do
    ! command -v "${tool%:*}" >/dev/null || continue
    tools="$tools${tools:+, }${tool%:*}"
    case " $packages " in
    *" ${tool#*:} "*) ;;
    *) packages="$packages${packages:+ }${tool#*:}" ;;
    esac
  done
  if find_jdk; then
    [ -n "$tools" ] || return 0
  else
    tools="$tools${tools:+, }a JDK $needed_java"
  fi
  command -v apt-get >/dev/null ||
    die "$UNAVAILABLE" "not found: $tools (expected: in PATH; without apt-get they cannot be installed from here)"
  updated=
  if ! find_jdk; then
    package=openjdk-$needed_java-jdk-headless
    apt-cache show "$package" >/dev/null 2>&1 || { apt update || complain 'apt-get update'; updated=yes; }
    apt-cache show "$package" >/dev/null 2>&1 ||
      die "$UNAVAILABLE" "JDK $needed_java: not in JAVA_HOME, PATH or /usr/lib/jvm, and no package $package here" \
        "(expected: a JDK $needed_java or newer in /usr/lib/jvm, from any vendor)"
    packages="$packages${packages:+ }$package"
  fi
  echo "Installing Debian packages: $packages"
  # There are no lists on a fresh machine, and old ones name versions that are gone.
  # shellcheck disable=SC2086 # several
  apt install --no-install-recommends $packages || {
    [ -n "$updated" ] || apt update || complain 'apt-get update'
    apt install --no-install-recommends $packages || complain 'apt-get install'
  }
  find_jdk || die "$UNAVAILABLE" "JDK $needed_java: not in /usr/lib/jvm (expected: from the package just installed)"
}

# unpack DIRECTORY PACKAGE...: the files of Debian packages below DIRECTORY, with those that they need and this machine does
# not have, installed nowhere, so that none of them is started as a service. False, and it is said, where one cannot be
# fetched.
unpack() {
  unpacked=$1
  shift
  mkdir -p "$unpacked"
  needed=$(also_needed "$@")
  # None at all: they are installed here, or apt has no lists yet.
  if [ -z "$needed" ] && apt update; then needed=$(also_needed "$@"); fi
  # shellcheck disable=SC2086 # several
  for package in $(printf '%s\n' "$@" $needed | sort -u); do
    (cd "$unpacked" && { quietly apt-get -q download "$package" ||
      { apt update && quietly apt-get -q download "$package"; }; } && dpkg -x "$package"_*.deb . && rm "$package"_*.deb) || {
      printf '%s: %s: cannot be fetched (expected: the Debian package)\n' "$program" "$package" >&2
      return 1
    }
  done
}

# also_needed PACKAGE...: all that their installation would bring here.
also_needed() {
  apt-get -s -q --no-install-recommends install "$@" 2>/dev/null </dev/null | sed -n 's/^Inst \([^ ]*\) .*/\1/p'
}

# ---- the build

# maven JAVA_HOME ARGUMENT...: becomes Maven in the checkout, on that Java, or on the default one if that is empty. It
# ends with the shell that has started it.
maven() {
  unset JAVA_HOME
  if [ -n "$1" ]; then
    export JAVA_HOME="$1"
    # Debian's Maven does what Java 24 and later warn about.
    export MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS-}"
  fi
  shift
  export LC_ALL=C.UTF-8
  exec setpriv --pdeathsig TERM env -C "$root" mvn -B -Dstyle.color=never "$@"
}

# One build at a time for each checkout. What root has built belongs to whoever owns the checkout.
lock_build() {
  exec 8<"$root/pom.xml"
  flock -n 8 || {
    echo 'Waiting for another build of this checkout'
    flock 8
  }
}
unlock_build() {
  chown -R -f --reference="$root" "$root/target" "$root"/*/target || :
  exec 8<&-
}

# up_to_date: whether the application is there, whole, and newer than all that it is made of.
up_to_date() {
  [ -x "$application/bin/tapmeta" ] || return 1
  newer=$(cd "$root" && find pom.xml .mvn resolver/pom.xml resolver/src/main proxy/pom.xml proxy/src/main \
    -newer "$application" -print -quit)
  [ -z "$newer" ] && "$application/bin/tapmeta" --version >/dev/null 2>&1
}

# build: $application, unless it is there.
build() {
  lock_build
  if up_to_date; then
    echo "Built already: ${application#"$root/"}"
  else
    echo "Building with Maven on ${jdk##*/}; the first time it fetches what it needs, which takes some minutes"
    started=$(now)
    perfdata=/tmp/hsperfdata_$(id -un)
    [ ! -e "$perfdata" ] || perfdata=
    quietly maven "$jdk" -q -DskipTests package || complain 'mvn package'
    # Every JVM makes this folder, none removes it.
    [ -z "$perfdata" ] || rmdir "$perfdata" 2>/dev/null || :
    echo "Built in $(took "$started"): ${application#"$root/"}"
  fi
  unlock_build
}
