# Sources the rooms of tapmeta-attach and tapmeta-detach; wants $library.
# shellcheck shell=sh disable=SC2154 # variables from whoever sources this

# shellcheck source=attachment.sh
. "$library/attachment.sh"
# shellcheck source=claims.sh
. "$library/claims.sh"
# shellcheck source=rules.sh
. "$library/rules.sh"
# shellcheck source=wire.sh
. "$library/wire.sh"
# shellcheck source=steering.sh
. "$library/steering.sh"
# shellcheck source=netns.sh
. "$library/netns.sh"
# shellcheck source=shared.sh
. "$library/shared.sh"
# shellcheck source=shared-node.sh
. "$library/shared-node.sh"
# shellcheck source=adopt.sh
. "$library/adopt.sh"
# shellcheck source=batch.sh
. "$library/batch.sh"
