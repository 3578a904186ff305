package io.tapmeta.proxy.neutron;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A draft as YAML, each key with where it comes from, and the options without a key behind all keys. */
final class ConfigurationText {
  private static final int WIDTH = 100;

  private final StringBuilder text = new StringBuilder(4096);

  private ConfigurationText() {}

  /**
   * @param files what was read, each with whose it is
   * @param fates every setting and what became of it
   */
  static String of(Map<String, Service> files, List<Draft.Key> keys, Map<Setting, Fate> fates) {
    ConfigurationText configuration = new ConfigurationText();
    configuration.head(files, fates);
    configuration.keys(keys);
    configuration.rest(
        "Cannot be carried over",
        fates,
        fate -> fate instanceof Fate.NotCarried(String why) ? Optional.of(why) : Optional.empty());
    configuration.rest(
        "Unknown",
        fates,
        fate -> fate instanceof Fate.Unknown(String why) ? Optional.of(why) : Optional.empty());
    configuration.rest(
        "Overridden",
        fates,
        fate ->
            fate instanceof Fate.Overridden(Setting by)
                ? Optional.of("What counts is " + by + ".")
                : Optional.empty());
    configuration.rest(
        "Not needed",
        fates,
        fate -> fate instanceof Fate.NotNeeded(String why) ? Optional.of(why) : Optional.empty());
    return configuration.text.toString();
  }

  private void head(Map<String, Service> files, Map<Setting, Fate> fates) {
    comment(
        0, "", "Made by tapmeta import-neutron from these files, of which later ones count more:");
    files.forEach((file, service) -> comment(0, "  ", "%s (%s)".formatted(file, service)));
    comment(
        0,
        "",
        "Options: %d, of which %d carried over, %d that cannot be, %d unknown, %d overridden, %d not needed."
            .formatted(
                fates.size(),
                count(fates, Fate.Carried.class),
                count(fates, Fate.NotCarried.class),
                count(fates, Fate.Unknown.class),
                count(fates, Fate.Overridden.class),
                count(fates, Fate.NotNeeded.class)));
  }

  private static long count(Map<Setting, Fate> fates, Class<? extends Fate> kind) {
    return fates.values().stream().filter(kind::isInstance).count();
  }

  private void keys(List<Draft.Key> keys) {
    List<String> open = List.of();
    for (Draft.Key key : keys) {
      List<String> path = List.of(key.path().split("\\."));
      List<String> sections = path.subList(0, path.size() - 1);
      open(open, sections);
      open = sections;
      int depth = sections.size();
      key.from().forEach(setting -> verbatim(depth, "", shown(setting)));
      key.notes().forEach(note -> comment(depth, "", note));
      indented(depth, path.getLast() + ": " + key.value());
    }
  }

  /** Writes the sections that are not open yet. */
  private void open(List<String> open, List<String> wanted) {
    int common = 0;
    while (common < Math.min(open.size(), wanted.size())
        && open.get(common).equals(wanted.get(common))) {
      common++;
    }
    if (common == 0) {
      text.append('\n');
    }
    for (int depth = common; depth < wanted.size(); depth++) {
      indented(depth, wanted.get(depth) + ":");
    }
  }

  private void rest(
      String title, Map<Setting, Fate> fates, Function<Fate, Optional<String>> reason) {
    Map<String, List<Setting>> byReason = new LinkedHashMap<>();
    fates.forEach(
        (setting, fate) ->
            reason
                .apply(fate)
                .ifPresent(
                    why -> byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(setting)));
    if (byReason.isEmpty()) {
      return;
    }
    text.append('\n');
    comment(0, "", title);
    byReason.forEach(
        (why, settings) -> {
          text.append("#\n");
          settings.forEach(setting -> verbatim(0, "  ", shown(setting)));
          comment(0, "    ", why);
        });
  }

  /** Values are shown of options that are known not to be secret, and of no others. */
  private static String shown(Setting setting) {
    return Option.isKnown(setting.option()) && !setting.option().isSensitive()
        ? "%s = %s (%s)"
            .formatted(
                setting.option(),
                setting.value().isEmpty() ? "''" : setting.value(),
                setting.where())
        : setting.toString();
  }

  private void comment(int depth, String indent, String sentence) {
    int width = WIDTH - 2 * depth - 2 - indent.length();
    StringBuilder line = new StringBuilder();
    for (String word : sentence.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        verbatim(depth, indent, line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    verbatim(depth, indent, line.toString());
  }

  private void verbatim(int depth, String indent, String line) {
    indented(depth, "# " + indent + OneLine.of(line));
  }

  private void indented(int depth, String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }
}
