package io.tapmeta.proxy.neutron;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Options that have to do with the same thing, and so share a fate.
 *
 * @param names {@code *} stands for every name of a section
 */
record Concern(Fate fate, Set<OptionName> names) {
  private static final String ANY = "*";

  /**
   * @param names a line for each section: {@code section: name name}
   */
  static Concern notNeeded(String reason, String names) {
    return new Concern(new Fate.NotNeeded(reason), parse(names));
  }

  /**
   * @param reason why, and what to do instead
   */
  static Concern notCarried(String reason, String names) {
    return new Concern(new Fate.NotCarried(reason), parse(names));
  }

  boolean covers(OptionName option) {
    return names.contains(option) || names.contains(new OptionName(option.section(), ANY));
  }

  private static Set<OptionName> parse(String names) {
    return names
        .lines()
        .flatMap(
            line -> {
              List<String> words = List.of(line.trim().split("[: ]+"));
              return words.stream().skip(1).map(name -> new OptionName(words.getFirst(), name));
            })
        .collect(Collectors.toUnmodifiableSet());
  }
}
