package io.tapmeta.proxy.neutron;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.text.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are read as oslo.config reads them. */
final class IniReaderTest {
  private final List<Fault> faults = new ArrayList<>();

  @Test
  void readsSectionsOptionsAndCommentsWithTheirLines() {
    List<Setting> settings =
        read(
            """
            # a comment
            [DEFAULT]
            ; another
            nova_metadata_host = controller

            [AGENT]
            report_interval: 30
            """);
    assertThat(settings)
        .containsExactly(
            setting(4, "DEFAULT", "nova_metadata_host", "controller"),
            setting(7, "agent", "report_interval", "30"));
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a=b", "a = b", "a:b", "a : b", "a=b   ", "a\t=\tb", "a = 'b'", "a = \"b\""})
  void separatesAtTheFirstEqualsSignOrColonAndTakesQuotesOff(String line) {
    assertThat(value(line)).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = b = c        | b = c",
        "a = b:c          | b:c",
        "a : b=c          | b=c",
        "a = b # c        | b # c",
        "a = b ; c        | b ; c",
        "a = ' b '        | ` b `",
        "a = 'b\"         | 'b\"",
        "a = '            | ``",
        "a = ''           | ``",
        "a =              | ``"
      })
  void keepsWhatIsInTheValue(String line, String value) {
    assertThat(value(line)).isEqualTo(value);
  }

  @Test
  void continuesAValueOnLinesWithWhiteSpaceInFront() {
    assertThat(value("a = b\n  c # not a comment\n\t\td")).isEqualTo("b\nc # not a comment\nd");
  }

  @Test
  void endsAValueAtAnEmptyLineOrAComment() {
    assertThat(read("[DEFAULT]\na = b\n\n# c\nd = e\n")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void takesAnyEndOfLine(String end) {
    assertThat(read(String.join(end, "[DEFAULT]", "a = b", "  c", "")))
        .containsExactly(setting(2, "DEFAULT", "a", "b\nc"));
  }

  @Test
  void keepsTheCaseOfOptionsAndOfTheDefaultSection() {
    assertThat(read("[default]\nA = b\n").getFirst().option())
        .isEqualTo(new OptionName("Default", "A"))
        .isNotEqualTo(new OptionName("DEFAULT", "A"))
        .isNotEqualTo(new OptionName("default", "a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`[DEFAULT]\nsecret hunter2`      | agent.ini:2: no option",
        "`[DEFAULT]\n= hunter2`           | agent.ini:2: no option",
        "`[DEFAULT]\n\n  hunter2`         | agent.ini:3: white space in front",
        "`[DEFAULT\nhunter2 = 1`          | agent.ini:1: a section that is not complete",
        "`[]`                             | agent.ini:1: a section that is not complete",
        "`[DEFAULT] # hunter2`            | agent.ini:1: a section that is not complete",
        "`\na = hunter2`                  | agent.ini:2: an option before any section"
      })
  void namesLineAndExpectationOfAFaultButNotTheText(String text, String start) {
    read(text);
    assertThat(faults).isNotEmpty();
    assertThat(faults.getFirst().toString())
        .startsWith(start)
        .contains("(expected: ")
        .doesNotContain("hunter2");
  }

  @Test
  void findsEveryFaultOfAFile() {
    read("[DEFAULT]\nnothing\n  of the same\nfine = 1\n[open\n");
    assertThat(faults).extracting(Fault::line).containsExactly(2, 5);
  }

  @Test
  void refusesWhatIsNotText() {
    IniReader.read(new OptionFile("agent.ini", new byte[] {'a', (byte) 0xff}), faults);
    assertThat(faults)
        .singleElement()
        .hasToString("agent.ini: not UTF-8 (expected: a file of options)");
  }

  private String value(String lines) {
    return read("[DEFAULT]\n" + lines).getFirst().value();
  }

  private List<Setting> read(String text) {
    return IniReader.read(
        new OptionFile("agent.ini", text.getBytes(StandardCharsets.UTF_8)), faults);
  }

  private static Setting setting(int line, String section, String name, String value) {
    return new Setting("agent.ini", line, new OptionName(section, name), value);
  }
}
