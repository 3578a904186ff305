package io.tapmeta.proxy.neutron;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What becomes of a setting that makes no key. */
final class Verdict {
  /** Where Nova's options are known one by one; of other sections none concerns us. */
  private static final Set<String> NOVAS_KNOWN = Set.of("api", "neutron");

  private Verdict() {}

  static Fate on(Setting setting, Service service) {
    OptionName option = setting.option();
    return concerns(service).stream()
        .filter(concern -> concern.covers(option))
        .findFirst()
        .map(Concern::fate)
        .orElseGet(() -> withoutConcern(option, service));
  }

  private static Fate withoutConcern(OptionName option, Service service) {
    boolean othersOfNova = service == Service.NOVA && !NOVAS_KNOWN.contains(option.section());
    return othersOfNova
        ? new Fate.NotNeeded("It is about something else in Nova.")
        : new Fate.Unknown(unknown(option, service));
  }

  private static String unknown(OptionName option, Service service) {
    Set<String> elsewhere =
        known(service)
            .filter(known -> known.name().equals(option.name()))
            .map(OptionName::section)
            .collect(Collectors.toCollection(TreeSet::new));
    return elsewhere.isEmpty()
        ? "%s has no such option that is known here: is it spelt right? If not, %s goes by the default."
            .formatted(service, service)
        : "%s looks for it in [%s], not here, and so goes by the default."
            .formatted(service, String.join("] or [", elsewhere));
  }

  private static Stream<OptionName> known(Service service) {
    return Stream.concat(
        Option.of(service).flatMap(option -> option.names().stream()),
        concerns(service).stream().flatMap(concern -> concern.names().stream()));
  }

  private static List<Concern> concerns(Service service) {
    return switch (service) {
      case NEUTRON -> NeutronConcerns.ALL;
      case NOVA -> NovaConcerns.ALL;
    };
  }
}
