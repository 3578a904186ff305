# A root folder with packages of a Debian suite, made once. Sourced; wants $program, the name in messages, and $suite,
# $dir and $packages.
# shellcheck shell=sh disable=SC2154 # variables from whoever sources this

fail() {
    printf '%s: %s\n' "$program" "$2" >&2
    exit "$1"
}

# The address of the Debian archive that this machine itself installs from.
# apt is asked, because it reads both forms of its sources. Other archives have
# a main for the same release too: the origin tells, which apt knows from the
# lists it has fetched. Where there are none, the first one has to do.
mirror() {
    # shellcheck disable=SC2016 # the format's own variables
    {
        apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' \
            'Identifier: Packages' | sed -n 's/^Debian|Debian|main|//p'
        codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
        apt-get indextargets --no-release-info --format '$(RELEASE)|$(COMPONENT)|$(REPO_URI)' \
            'Identifier: Packages' | sed -n "s/^$codename|main|//p"
    } | sed -n 1p
}

build() {
    # In namespaces of its own, so that all of it, mounts too, ends with us even
    # when we are killed. By itself it would go on to its end.
    setpriv --pdeathsig KILL unshare --mount --pid --mount-proc --fork --kill-child \
        mmdebstrap --mode=root --format=directory --variant=essential \
        --include="$packages" \
        --aptopt="$dir.apt.conf" \
        --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        "$suite" "$dir.partial" "deb $uri $suite main" >"$dir.log" 2>&1 </dev/null &
    builder=$!
    trap 'kill -KILL "$builder"; exit 143' TERM INT HUP
    wait "$builder"
    built=$?
    trap - TERM INT HUP
    return "$built"
}

# Makes $dir.partial. Where $dir is there already, that was all, and the caller ends well.
make_partial() {
    [ "$(id -u)" -eq 0 ] || fail 77 "needs root"
    for tool in mmdebstrap apt-get flock setpriv unshare; do
        command -v "$tool" >/dev/null || fail 69 "missing tool: $tool"
    done

    mkdir -p "$(dirname "$dir")" || exit 69
    exec 9>"$dir.lock" || exit 69
    flock 9 || exit 69

    if [ -e "$dir" ]; then
        grep -qx "VERSION_CODENAME=$suite" "$dir/etc/os-release" 2>/dev/null ||
            fail 69 "$dir is there, but is no image of $suite: remove it"
        exit 0
    fi

    uri=$(mirror)
    [ -n "$uri" ] || fail 69 "no Debian archive in this machine's apt sources"
    rm -rf --one-file-system "$dir.partial"
    {
        echo 'APT::Install-Recommends "false";'
        echo 'Acquire::Languages "none";'
        for tree in Acquire::http Acquire::https; do
            apt-config dump --no-empty --format '%F "%v";%n' "$tree"
        done
    } >"$dir.apt.conf"

    build || fail 69 "mmdebstrap failed, see $dir.log: $(grep -m 1 -E '^(E|unshare|setpriv): ' "$dir.log" | cut -c 1-200)"

    # mmdebstrap leaves this machine's own name in there.
    echo localhost >"$dir.partial/etc/hostname"
}

# Puts $dir.partial into its place.
put_into_place() {
    mv "$dir.partial" "$dir" || exit 69
    rm -f "$dir.apt.conf" "$dir.log"
}
