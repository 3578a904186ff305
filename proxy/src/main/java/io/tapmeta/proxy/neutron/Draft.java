package io.tapmeta.proxy.neutron;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The configuration as far as it is drawn up, and what became of each setting so far. */
final class Draft {
  private final List<Key> keys = new ArrayList<>();
  private final Map<Setting, Fate> fates = new LinkedHashMap<>();

  /**
   * A key of the configuration.
   *
   * @param path sections and name, such as {@code guest.limits.head_timeout}
   * @param value as YAML writes it
   * @param from the settings that it comes from
   * @param notes sentences for the reader
   */
  record Key(String path, String value, List<Setting> from, List<String> notes) {}

  /** Adds a key that comes from these options, as far as files set them. */
  void key(String path, String value, Options options, List<Option> from, String... notes) {
    from.forEach(option -> settle(options, option, new Fate.Carried()));
    keys.add(
        new Key(
            path,
            value,
            from.stream().flatMap(option -> options.inForce(option).stream()).toList(),
            Stream.of(notes).filter(note -> !note.isEmpty()).toList()));
  }

  /** Notes what became of an option, as far as files set it. */
  void settle(Options options, Option option, Fate fate) {
    Optional<Setting> inForce = options.inForce(option);
    if (inForce.isPresent()) {
      options
          .overridden(option)
          .forEach(setting -> settle(setting, new Fate.Overridden(inForce.get())));
      settle(inForce.get(), fate);
    }
  }

  /** The first word on a setting is the last. */
  void settle(Setting setting, Fate fate) {
    fates.putIfAbsent(setting, fate);
  }

  List<Key> keys() {
    return List.copyOf(keys);
  }

  /** Settings in the order of the files, with what became of each. */
  Map<Setting, Fate> fates(List<Setting> settings) {
    Map<Setting, Fate> inOrder = new LinkedHashMap<>();
    settings.forEach(
        setting -> Optional.ofNullable(fates.get(setting)).ifPresent(f -> inOrder.put(setting, f)));
    return inOrder;
  }
}
