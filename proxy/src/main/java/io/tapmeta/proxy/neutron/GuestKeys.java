package io.tapmeta.proxy.neutron;

import java.util.List;
import java.util.Optional;

/** The section {@code guest}: what Neutron's proxies in the namespaces were told. */
final class GuestKeys {
  /** A loop never waits for anybody, and this many are what a node's guests can keep busy. */
  private static final int MAX_EVENT_LOOPS = 4;

  private static final int DEFAULT_EVENT_LOOPS = 2;

  private static final int MAX_PORT = 65_535;

  private static final List<Option> RATE_LIMITS =
      List.of(
          Option.RATE_LIMIT_ENABLED,
          Option.RATE_LIMIT_IP_VERSIONS,
          Option.RATE_LIMIT_BASE_WINDOW,
          Option.RATE_LIMIT_BASE,
          Option.RATE_LIMIT_BURST_WINDOW,
          Option.RATE_LIMIT_BURST);

  private final Options neutron;
  private final Draft draft;

  GuestKeys(Options neutron, Draft draft) {
    this.neutron = neutron;
    this.draft = draft;
  }

  void add() {
    port();
    eventLoops();
    limit(
        Option.HAPROXY_HTTP_REQUEST,
        "head_timeout",
        "How long a guest may take for the head of a request.");
    limit(Option.HAPROXY_KEEP_ALIVE, "idle_timeout", "How long a guest may keep quiet in between.");
    limit(
        Option.HAPROXY_CLIENT,
        "write_timeout",
        "How long a guest may take nothing of an answer. For what it sends there is body_timeout.");
    rateLimits();
  }

  private void port() {
    if (neutron.inForce(Option.METADATA_PORT).isPresent()) {
      neutron
          .number(Option.METADATA_PORT, 1, MAX_PORT)
          .ifPresent(
              port ->
                  draft.key(
                      "guest.port",
                      String.valueOf(port),
                      neutron,
                      List.of(Option.METADATA_PORT),
                      "The wiring has to know it too: TAPMETA_PORT="
                          + port
                          + " tapmeta-attach ..."));
    }
  }

  private void eventLoops() {
    if (neutron.inForce(Option.METADATA_WORKERS).isPresent()) {
      neutron
          .number(Option.METADATA_WORKERS, Integer.MIN_VALUE, Integer.MAX_VALUE)
          .map(workers -> Math.clamp(workers, DEFAULT_EVENT_LOOPS, MAX_EVENT_LOOPS))
          .ifPresent(
              loops ->
                  draft.key(
                      "guest.event_loops",
                      String.valueOf(loops),
                      neutron,
                      List.of(Option.METADATA_WORKERS),
                      "Not the same thing: a worker waits for Nova, an event loop for nobody. 2 serve"
                          + " a node, and more than 4 serve it no better."));
    }
  }

  private void limit(Option option, String key, String note) {
    Seconds.read(neutron, option)
        .ifPresent(
            seconds -> {
              if (seconds.fits()) {
                draft.key(
                    "guest.limits." + key, seconds.toString(), neutron, List.of(option), note);
              } else {
                draft.settle(
                    neutron, option, new Fate.NotCarried(seconds.misfit("guest.limits." + key)));
              }
            });
  }

  private void rateLimits() {
    Optional<Boolean> enabled = neutron.flag(Option.RATE_LIMIT_ENABLED);
    Fate fate =
        enabled.orElse(false)
            ? new Fate.NotCarried(
                "budget.requests_per_second and budget.request_burst are for a VM, over both address"
                    + " families, and stay at their defaults. Mind when you set them that a boot"
                    + " makes about 28 requests in a second or two.")
            : new Fate.NotNeeded("Rate limiting is off.");
    RATE_LIMITS.forEach(option -> draft.settle(neutron, option, fate));
  }
}
