package io.tapmeta.proxy.neutron;

import io.tapmeta.resolver.text.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of options as oslo.config does: {@code [section]}, {@code option = value} or {@code
 * option: value}, comments that begin with {@code #} or {@code ;} at the start of a line, a value
 * continued by lines with white space in front, and one pair of quotes around a value taken off.
 *
 * <p>Faults never quote the line: it may have a secret in it.
 */
final class IniReader {
  private final String file;
  private final List<Fault> faults;
  private final List<Setting> settings = new ArrayList<>();

  private @Nullable String section;
  private @Nullable String name;
  private final StringBuilder value = new StringBuilder();
  private int begun;

  /** After a line with a fault, what continues it is of no interest. */
  private boolean skipping;

  private IniReader(String file, List<Fault> faults) {
    this.file = file;
    this.faults = faults;
  }

  /** The settings in the order of the file. */
  static List<Setting> read(OptionFile file, List<Fault> faults) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file.text())).toString();
    } catch (CharacterCodingException _) {
      faults.add(new Fault(file.name(), 0, "not UTF-8 (expected: a file of options)"));
      return List.of();
    }
    IniReader reader = new IniReader(file.name(), faults);
    String[] lines = text.split("\r\n|\r|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      reader.line(PythonSpace.stripEnd(lines[i]), i + 1);
    }
    reader.flush();
    return List.copyOf(reader.settings);
  }

  private void line(String line, int number) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      continuation(line, number);
      return;
    }
    flush();
    skipping = false;
    if (line.startsWith("[")) {
      section(line, number);
    } else if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith(";")) {
      assignment(line, number);
    }
  }

  private void continuation(String line, int number) {
    if (name != null) {
      value.append('\n').append(PythonSpace.strip(line));
    } else if (!skipping) {
      fault(number, "white space in front, but no option to continue (expected: none in front)");
    }
  }

  private void section(String line, int number) {
    if (!line.endsWith("]") || line.length() <= 2) {
      fault(number, "a section that is not complete (expected: [name] and nothing behind it)");
      return;
    }
    section = line.substring(1, line.length() - 1);
  }

  private void assignment(String line, int number) {
    int separator = separator(line);
    String key = separator < 0 ? "" : PythonSpace.strip(line.substring(0, separator));
    if (key.isEmpty()) {
      fault(number, "no option (expected: option = value, [section] or # comment)");
      return;
    }
    if (section == null) {
      fault(number, "an option before any section (expected: [DEFAULT] or another above it)");
      return;
    }
    name = key;
    value.append(unquoted(PythonSpace.strip(line.substring(separator + 1))));
    begun = number;
  }

  /** Whichever of the two comes first. */
  private static int separator(String line) {
    int equals = line.indexOf('=');
    int colon = line.indexOf(':');
    return equals < 0 ? colon : colon < 0 ? equals : Math.min(equals, colon);
  }

  private static String unquoted(String text) {
    if (text.isEmpty()) {
      return text;
    }
    char first = text.charAt(0);
    boolean quoted = (first == '"' || first == '\'') && text.charAt(text.length() - 1) == first;
    return quoted ? text.substring(1, Math.max(1, text.length() - 1)) : text;
  }

  private void flush() {
    if (section != null && name != null) {
      settings.add(new Setting(file, begun, new OptionName(section, name), value.toString()));
    }
    name = null;
    value.setLength(0);
  }

  private void fault(int line, String what) {
    faults.add(new Fault(file, line, what));
    skipping = true;
  }
}
