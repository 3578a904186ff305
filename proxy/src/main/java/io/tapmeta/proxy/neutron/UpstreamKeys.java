package io.tapmeta.proxy.neutron;

import io.tapmeta.proxy.config.EndpointUrl;
import java.util.List;
import java.util.Optional;

/** The section {@code upstream}: where Nova is and how it is spoken to. */
final class UpstreamKeys {
  private static final int MAX_PORT = 65_535;

  /** Our default deadline: cloud-init gives a request ten seconds. */
  private static final int LONGEST_DEADLINE_SECONDS = 8;

  /** An hour is the longest that our cache keeps anything. */
  private static final int LONGEST_TTL_SECONDS = 3600;

  private static final List<Option> ENDPOINT =
      List.of(Option.NOVA_METADATA_PROTOCOL, Option.NOVA_METADATA_HOST, Option.NOVA_METADATA_PORT);

  private final Options neutron;
  private final Options nova;
  private final Draft draft;

  UpstreamKeys(Options neutron, Options nova, Draft draft) {
    this.neutron = neutron;
    this.nova = nova;
    this.draft = draft;
  }

  void add(SecretPlace place) {
    endpoints();
    new SharedSecretKey(neutron, nova, draft).add(place);
    insecure();
    FileKey.add(neutron, Option.AUTH_CA_CERT, "upstream.auth_ca_cert", draft);
    clientCertificate();
    deadline();
    cacheTtl();
  }

  private void endpoints() {
    String protocol =
        neutron
            .parsed(Option.NOVA_METADATA_PROTOCOL, "http or https", UpstreamKeys::protocol)
            .orElse("http");
    int port = neutron.number(Option.NOVA_METADATA_PORT, 1, MAX_PORT).orElse(1);
    neutron
        .parsed(
            Option.NOVA_METADATA_HOST,
            "a host name or an address",
            host -> endpoint(protocol, host, port))
        .ifPresent(
            url ->
                draft.key(
                    "upstream.endpoints",
                    "[" + OneLine.quoted(url.toString()) + "]",
                    neutron,
                    ENDPOINT,
                    defaultsNote(),
                    plainHttpNote(url)));
  }

  private static String protocol(String text) {
    if (!text.equals("http") && !text.equals("https")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static EndpointUrl endpoint(String protocol, String host, int port) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    EndpointUrl url =
        EndpointUrl.parse(
            "%s://%s:%d".formatted(protocol, name.contains(":") ? "[" + name + "]" : name, port));
    if (!url.host().equals(name)) {
      throw new IllegalArgumentException(host);
    }
    return url;
  }

  private String defaultsNote() {
    List<String> unset =
        ENDPOINT.stream()
            .filter(option -> neutron.inForce(option).isEmpty())
            .map(Option::word)
            .toList();
    return unset.isEmpty()
        ? ""
        : "Neutron's default, as no file sets it: " + String.join(", ", unset) + ".";
  }

  /** The agent for L2 has the option among its own, and goes on speaking http. */
  private String plainHttpNote(EndpointUrl url) {
    boolean ofL2 =
        neutron
            .inForce(Option.NOVA_METADATA_PROTOCOL)
            .filter(setting -> setting.option().section().equals("metadata"))
            .isPresent();
    return ofL2 && url.tls()
        ? "Neutron's metadata_path speaks http in spite of it: see that Nova answers to https."
        : "";
  }

  private void insecure() {
    if (neutron.inForce(Option.NOVA_METADATA_INSECURE).isPresent()) {
      neutron
          .flag(Option.NOVA_METADATA_INSECURE)
          .ifPresent(
              insecure ->
                  draft.key(
                      "upstream.nova_metadata_insecure",
                      String.valueOf(insecure),
                      neutron,
                      List.of(Option.NOVA_METADATA_INSECURE),
                      insecure ? "Anybody may pose as Nova: auth_ca_cert is the better way." : ""));
    }
  }

  private void clientCertificate() {
    boolean certificate = isGiven(Option.NOVA_CLIENT_CERT);
    boolean key = isGiven(Option.NOVA_CLIENT_PRIV_KEY);
    if (certificate == key) {
      FileKey.add(neutron, Option.NOVA_CLIENT_CERT, "upstream.nova_client_cert", draft);
      FileKey.add(neutron, Option.NOVA_CLIENT_PRIV_KEY, "upstream.nova_client_priv_key", draft);
      return;
    }
    Fate fate =
        new Fate.NotCarried(
            "Only one of nova_client_cert and nova_client_priv_key is set. Neutron uses both or"
                + " none, and tapmeta likewise.");
    draft.settle(neutron, Option.NOVA_CLIENT_CERT, fate);
    draft.settle(neutron, Option.NOVA_CLIENT_PRIV_KEY, fate);
  }

  private boolean isGiven(Option option) {
    return neutron.text(option).filter(text -> !text.isEmpty()).isPresent();
  }

  private void deadline() {
    Optional<Seconds> timeout = Seconds.read(neutron, Option.HAPROXY_SERVER);
    if (timeout.isEmpty()) {
      return;
    }
    if (timeout.get().fits() && timeout.get().count() <= LONGEST_DEADLINE_SECONDS) {
      draft.key(
          "upstream.deadline",
          timeout.get().toString(),
          neutron,
          List.of(Option.HAPROXY_SERVER),
          "For the whole answer, and not only between its parts.");
      return;
    }
    draft.settle(
        neutron,
        Option.HAPROXY_SERVER,
        new Fate.NotCarried(
            "upstream.deadline stays at 8s: cloud-init gives up on a request after 10 s, and an"
                + " answer after that serves nobody. If Nova needs longer, see why; vendor data"
                + " services are the usual cause."));
  }

  private void cacheTtl() {
    Seconds.read(nova, Option.METADATA_CACHE_EXPIRATION)
        .ifPresent(
            seconds ->
                draft.key(
                    "upstream.cache.ttl",
                    Math.clamp(seconds.count(), 0, LONGEST_TTL_SECONDS) + "s",
                    nova,
                    List.of(Option.METADATA_CACHE_EXPIRATION),
                    "As long as Nova's own cache; an answer can be as old as both together.",
                    seconds.count() > LONGEST_TTL_SECONDS ? "An hour is the most it takes." : ""));
  }
}
