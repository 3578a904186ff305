package io.tapmeta.proxy.neutron;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The section {@code vendor_data}: what Nova was told about vendor data. */
final class VendorDataKeys {
  private static final String STATIC = "StaticJSON";
  private static final String DYNAMIC = "DynamicJSON";
  private static final String ON_THIS_NODE = "The file has to be on this node too.";

  private final Options nova;
  private final Draft draft;
  private final List<String> providers;

  VendorDataKeys(Options nova, Draft draft) {
    this.nova = nova;
    this.draft = draft;
    this.providers = nova.list(Option.VENDORDATA_PROVIDERS);
  }

  void add() {
    providers();
    if (providers.contains(STATIC)) {
      FileKey.add(
          nova,
          Option.VENDORDATA_JSONFILE_PATH,
          "vendor_data.jsonfile_path",
          draft,
          "For VMs whose records have documents; for the others Nova does it, as before.",
          ON_THIS_NODE);
    } else {
      leave(Option.VENDORDATA_JSONFILE_PATH, STATIC);
    }
    if (providers.contains(DYNAMIC)) {
      dynamic();
    } else {
      leave(Option.VENDORDATA_DYNAMIC_TARGETS, DYNAMIC);
      leave(Option.VENDORDATA_DYNAMIC_CONNECT_TIMEOUT, DYNAMIC);
      leave(Option.VENDORDATA_DYNAMIC_READ_TIMEOUT, DYNAMIC);
      leave(Option.VENDORDATA_DYNAMIC_FAILURE_FATAL, DYNAMIC);
      leave(Option.VENDORDATA_DYNAMIC_SSL_CERTFILE, DYNAMIC);
    }
    dhcpDomain();
  }

  private void providers() {
    Set<String> foreign =
        providers.stream()
            .filter(name -> !name.equals(STATIC) && !name.equals(DYNAMIC))
            .collect(Collectors.toUnmodifiableSet());
    draft.settle(
        nova,
        Option.VENDORDATA_PROVIDERS,
        foreign.isEmpty() && providers.contains(STATIC)
            ? new Fate.NotNeeded("tapmeta has a provider as soon as it has its keys.")
            : new Fate.NotCarried(
                "tapmeta has StaticJSON and DynamicJSON and no other provider. Without StaticJSON"
                    + " Nova has no vendor_data.json, where tapmeta has an empty one."));
  }

  private void leave(Option option, String provider) {
    draft.settle(
        nova,
        option,
        new Fate.NotNeeded(
            "Nova does not look at it: vendordata_providers does not name " + provider + "."));
  }

  private void dynamic() {
    targets();
    timeout(Option.VENDORDATA_DYNAMIC_CONNECT_TIMEOUT, "vendor_data.dynamic_connect_timeout");
    timeout(Option.VENDORDATA_DYNAMIC_READ_TIMEOUT, "vendor_data.dynamic_read_timeout");
    if (nova.inForce(Option.VENDORDATA_DYNAMIC_FAILURE_FATAL).isPresent()) {
      nova.flag(Option.VENDORDATA_DYNAMIC_FAILURE_FATAL)
          .ifPresent(
              fatal ->
                  draft.key(
                      "vendor_data.dynamic_failure_fatal",
                      String.valueOf(fatal),
                      nova,
                      List.of(Option.VENDORDATA_DYNAMIC_FAILURE_FATAL)));
    }
    FileKey.add(
        nova,
        Option.VENDORDATA_DYNAMIC_SSL_CERTFILE,
        "vendor_data.dynamic_ssl_certfile",
        draft,
        ON_THIS_NODE);
  }

  private void targets() {
    if (nova.inForce(Option.VENDORDATA_DYNAMIC_TARGETS).isEmpty()) {
      return;
    }
    Set<String> names = new HashSet<>();
    List<String> all = nova.list(Option.VENDORDATA_DYNAMIC_TARGETS);
    List<String> taken = all.stream().filter(target -> isTarget(target, names)).toList();
    draft.key(
        "vendor_data.dynamic_targets",
        taken.stream().map(OneLine::quoted).collect(Collectors.joining(", ", "[", "]")),
        nova,
        List.of(Option.VENDORDATA_DYNAMIC_TARGETS),
        "tapmeta keeps a target's answer about a VM for a while, Nova does not: see dynamic_cache.",
        taken.size() == all.size()
            ? ""
            : "Left out is what is not NAME@URL, with http or https, no user in it and each name"
                + " once.");
  }

  private static boolean isTarget(String text, Set<String> names) {
    int at = text.indexOf('@');
    if (at < 1) {
      return false;
    }
    try {
      URI url = URI.create(text.substring(at + 1));
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return http
          && url.getHost() != null
          && url.getUserInfo() == null
          && names.add(text.substring(0, at));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private void timeout(Option option, String key) {
    Seconds.read(nova, option)
        .ifPresent(
            seconds -> {
              if (seconds.fits()) {
                draft.key(key, seconds.toString(), nova, List.of(option));
              } else {
                draft.settle(nova, option, new Fate.NotCarried(seconds.misfit(key)));
              }
            });
  }

  private void dhcpDomain() {
    draft.settle(
        nova,
        Option.DHCP_DOMAIN,
        new Fate.NotCarried(
            "Records have the whole name as hostname, so whoever writes them puts the domain"
                + " behind it; for records without documents Nova does, as before."));
  }
}
