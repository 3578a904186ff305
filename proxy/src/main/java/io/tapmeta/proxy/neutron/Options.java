package io.tapmeta.proxy.neutron;

import io.tapmeta.resolver.text.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One service's options as oslo.config sees them: of several files the last one that has an option, in
 * it the present name before older ones, of several lines the last.
 *
 * <p>A value that is not what its option takes is a fault and reads as absent.
 */
final class Options {
  private static final Set<String> TRUE = Set.of("true", "1", "on", "yes");
  private static final Set<String> FALSE = Set.of("false", "0", "off", "no");

  private final Service service;
  private final List<Setting> settings;
  private final List<Fault> faults;

  /**
   * @param settings in the order of reading
   */
  Options(Service service, List<Setting> settings, List<Fault> faults) {
    this.service = service;
    this.settings = List.copyOf(settings);
    this.faults = faults;
  }

  /** The setting that counts. */
  Optional<Setting> inForce(Option option) {
    List<String> files = settings.stream().map(Setting::file).distinct().toList().reversed();
    return files.stream()
        .flatMap(file -> option.names().stream().map(name -> last(file, name)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The settings that do not count, because of the one that does. */
  List<Setting> overridden(Option option) {
    Optional<Setting> inForce = inForce(option);
    return settings.stream()
        .filter(setting -> option.names().contains(setting.option()))
        .filter(setting -> !Optional.of(setting).equals(inForce))
        .toList();
  }

  /** The value with its references followed; the default where no file has the option. */
  Optional<String> text(Option option) {
    Optional<Setting> setting = inForce(option);
    return setting.isPresent() ? expanded(setting.get()) : option.byDefault();
  }

  Optional<Boolean> flag(Option option) {
    return parsed(
        option,
        "true or false",
        text -> {
          String word = text.toLowerCase(Locale.ROOT);
          if (!TRUE.contains(word) && !FALSE.contains(word)) {
            throw new IllegalArgumentException(text);
          }
          return TRUE.contains(word);
        });
  }

  Optional<Integer> number(Option option, int min, int max) {
    return parsed(
        option,
        "a whole number from " + min + " to " + max,
        text -> {
          int number = Integer.parseInt(PythonSpace.strip(text));
          if (number < min || number > max) {
            throw new IllegalArgumentException(text);
          }
          return number;
        });
  }

  /** Items separated by commas. */
  List<String> list(Option option) {
    String text = PythonSpace.strip(text(option).orElse("")).replaceFirst(",+$", "");
    return text.isEmpty()
        ? List.of()
        : Stream.of(text.split(",", -1)).map(PythonSpace::strip).toList();
  }

  /**
   * The value turned into something else by {@code parse}, which throws an {@link
   * IllegalArgumentException} for what it does not take.
   */
  <T> Optional<T> parsed(Option option, String expected, Function<String, T> parse) {
    Optional<String> text = text(option);
    try {
      return text.map(parse);
    } catch (IllegalArgumentException _) {
      String shown = option.names().getFirst().isSensitive() ? "***" : OneLine.of(text.orElse(""));
      inForce(option)
          .ifPresent(
              setting -> faults.add(setting.fault("%s (expected: %s)".formatted(shown, expected))));
      return Optional.empty();
    }
  }

  private Optional<String> expanded(Setting setting) {
    try {
      return Optional.of(expanded(setting, Set.of()));
    } catch (IllegalArgumentException e) {
      faults.add(setting.fault(e.getMessage() + " (expected: an option of these files, or $$)"));
      return Optional.empty();
    }
  }

  private String expanded(Setting setting, Set<Setting> open) {
    Set<Setting> nowOpen = new HashSet<>(open);
    if (!nowOpen.add(setting)) {
      throw new IllegalArgumentException("refers to itself");
    }
    return Interpolation.expand(
        setting.value(),
        reference ->
            candidates(setting.option(), reference).stream()
                .flatMap(name -> referred(setting, name, nowOpen).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(unset(nowOpen, reference))));
  }

  /** What looks like a reference may be the better part of a secret. */
  private static String unset(Set<Setting> open, String reference) {
    return open.stream().anyMatch(setting -> setting.option().isSensitive())
        ? "refers to what no file sets"
        : "refers to $" + reference + ", which no file sets";
  }

  /** Where oslo.config looks: in the named section, or the option's own; then in DEFAULT. */
  private static List<OptionName> candidates(OptionName from, String reference) {
    int dot = reference.indexOf('.');
    OptionName nearest =
        dot > 0 ? OptionName.of(reference) : new OptionName(from.section(), reference);
    return List.of(nearest, new OptionName(OptionName.DEFAULT, reference));
  }

  private Optional<String> referred(Setting from, OptionName name, Set<Setting> open) {
    if (name.isSensitive() && !from.option().isSensitive()) {
      throw new IllegalArgumentException("refers to " + name + ", which may be a secret");
    }
    Optional<Option> known = Option.named(service, name);
    Optional<Setting> setting =
        known.isPresent() ? inForce(known.get()) : last(name).filter(this::isRegistered);
    return setting.map(found -> expanded(found, open)).or(() -> known.flatMap(Option::byDefault));
  }

  /** A section's options are those that the service has there, whatever else stands in a file. */
  private boolean isRegistered(Setting setting) {
    return setting.option().section().equals(OptionName.DEFAULT)
        || !(Verdict.on(setting, service) instanceof Fate.Unknown);
  }

  private Optional<Setting> last(String file, OptionName name) {
    return last(setting -> setting.file().equals(file) && setting.option().equals(name));
  }

  private Optional<Setting> last(OptionName name) {
    return last(setting -> setting.option().equals(name));
  }

  private Optional<Setting> last(Predicate<Setting> condition) {
    return new ArrayList<>(settings).reversed().stream().filter(condition).findFirst();
  }
}
