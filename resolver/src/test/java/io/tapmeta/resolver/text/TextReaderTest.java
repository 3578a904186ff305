package io.tapmeta.resolver.text;

import static io.tapmeta.resolver.text.Plain.Null.NULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapmeta.resolver.text.JsonValue.JsonArray;
import io.tapmeta.resolver.text.JsonValue.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextReaderTest {
  private final Faults faults = new Faults("a.file");

  @Test
  void jsonAndYamlOfTheSameContentAreEqual() {
    Object json =
        Plain.read(
            """
            {"uuid": "5f0c", "launch_index": 2, "zone": null, "vf_trusted": false, "share": 0.5,
             "keys": [{"name": "ops", "data": "ssh-ed25519 AAAA\\n"}, {"name": "é", "data": ""}],
             "meta": {"role": "web", "mac": "52:54:00:12:34:56"}, "none": [], "nothing": {}}
            """);
    Object yaml =
        Plain.read(
            """
            # A comment.
            uuid: "5f0c"
            launch_index: 2
            zone:
            vf_trusted: false
            share: 0.5
            keys:
              - name: ops
                data: |
                  ssh-ed25519 AAAA
              - {name: é, data: ""}
            meta:
              role: web
              mac: 52:54:00:12:34:56
            none: []
            nothing: {}
            """);
    assertThat(yaml).isEqualTo(json);
    assertThat(json.toString())
        .isEqualTo(
            "[uuid=5f0c, launch_index=2, zone=NULL, vf_trusted=false, share=0.5,"
                + " keys=[[name=ops, data=ssh-ed25519 AAAA\n], [name=é, data=]],"
                + " meta=[role=web, mac=52:54:00:12:34:56], none=[], nothing=[]]");
  }

  @Test
  void anyJsonTextReadAsYamlIsEqual() {
    JsonTexts texts = new JsonTexts(20261123);
    for (int i = 0; i < 3000; i++) {
      String json = texts.next();
      // The comment in front is what makes it YAML.
      assertThat(Plain.read("# yaml\n" + json)).as(json).isEqualTo(Plain.read(json));
    }
  }

  @Test
  void membersKeepTheOrderOfTheText() {
    JsonObject object = (JsonObject) read("{\"z\": 1, \"a\": 2, \"m\": 3}").orElseThrow();
    assertThat(object.members().keySet()).containsExactly("z", "a", "m");
  }

  @Test
  void valuesCannotBeChangedByWhoReadsThem() {
    JsonObject object = (JsonObject) read("{\"a\": [1]}").orElseThrow();
    JsonArray array = (JsonArray) object.members().get("a");
    assertThatThrownBy(() -> object.members().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> array.items().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void valuesKnowTheLineOnWhichTheyStart() {
    JsonObject json =
        (JsonObject)
            read("""
                    {
                      "a": 1,
                      "b": [
                        true,
                        {"c":
                          null}
                      ]
                    }
                    """)
                .orElseThrow();
    assertThat(json.line()).isEqualTo(1);
    assertThat(json.members().get("a").line()).isEqualTo(2);
    JsonArray list = (JsonArray) json.members().get("b");
    assertThat(list.line()).isEqualTo(3);
    assertThat(list.items().get(0).line()).isEqualTo(4);
    JsonObject nested = (JsonObject) list.items().get(1);
    assertThat(nested.line()).isEqualTo(5);
    assertThat(nested.members().get("c").line()).isEqualTo(6);
  }

  @Test
  void linesAreCountedInYamlToo() {
    JsonObject yaml =
        (JsonObject)
            read("""
                    # 1
                    a: 1

                    b:
                      - true
                      - c: |
                          text
                        d: 2
                    """)
                .orElseThrow();
    assertThat(yaml.members().get("a").line()).isEqualTo(2);
    JsonArray list = (JsonArray) yaml.members().get("b");
    assertThat(list.items().get(0).line()).isEqualTo(5);
    JsonObject nested = (JsonObject) list.items().get(1);
    assertThat(nested.members().get("c").line()).isEqualTo(6);
    assertThat(nested.members().get("d").line()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\n", "# nothing but a comment\n", "---\n"})
  void emptyTextIsAnEmptyObjectOrNothing(String text) {
    Optional<JsonValue> value = read(text);
    assertThat(value).isPresent();
    assertThat(Plain.of(value.get())).isIn(List.of(), NULL);
    assertThat(faults.isEmpty()).isTrue();
  }

  @Test
  void textWithoutAnyTokenIsAnEmptyObject() {
    assertThat(read("")).contains(new JsonObject(Map.of(), 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": 1,\\n "b": 2,\\n "a": 3}          | a.file:3: a: given twice (expected: once)
          {"x": {"a": 1,\\n "a": 1}}              | a.file:2: a: given twice (expected: once)
          a: 1\\nb: 2\\na: 3                      | a.file:3: a: given twice (expected: once)
          x:\\n  a: 1\\n  a: 1                    | a.file:3: a: given twice (expected: once)
          {"a": 1, "\\u0061": 2}                  | a.file:1: a: given twice (expected: once)
          """)
  void duplicateKeysAreFaultsAtTheSecond(String text, String expected) {
    read(text.replace("\\n", "\n"));
    assertThat(faults.list()).hasToString("[" + expected + "]");
  }

  @Test
  void everyDuplicateIsNamedInOnePass() {
    read("{\"a\": 1,\n \"a\": 2,\n \"a\": 3, \"b\": 1,\n \"b\": 2}");
    assertThat(faults.list()).extracting(Fault::line).containsExactly(2, 3, 4);
  }

  @Test
  void sameKeyInDifferentObjectsIsNoDuplicate() {
    assertThat(Plain.read("{\"a\": {\"a\": [{\"a\": 1}, {\"a\": 2}]}}")).isNotNull();
  }

  @Test
  void aliasesAreFaults() {
    read("base: &b\n  x: 1\none: *b\nlist: [*b]\n");
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly(
            "a.file:3: alias *b (expected: the value itself)",
            "a.file:4: alias *b (expected: the value itself)");
  }

  @Test
  void mergeKeyWithAnAliasIsAFault() {
    read("base: &b {x: 1}\none:\n  <<: *b\n");
    assertThat(faults.list()).extracting(Fault::line).containsExactly(3);
  }

  /** The document that doubles ten times over is refused without being built. */
  @Test
  void manyAliasesDoNotMultiply() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      text.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    read(text.toString());
    assertThat(faults.list()).hasSize(78);
  }

  @ParameterizedTest
  @CsvSource({"{, }, '\"a\":'", "[, ], ''"})
  void nestingEndsAtAHundredLevels(String open, String close, String name) {
    // The outer object is level 0.
    assertThat(read(nested(open, close, name, 100))).isPresent();
    assertThat(faults.isEmpty()).isTrue();
    assertThat(read(nested(open, close, name, 101))).isEmpty();
    assertThat(faults.list()).hasSize(1);
    assertThat(faults.list().getFirst().what())
        .isEqualTo("malformed: nested deeper than 100 levels");
  }

  @Test
  void yamlNestingEndsAtAHundredLevelsToo() {
    assertThat(read("# yaml\n" + nested("[", "]", "", 100))).isPresent();
    assertThat(read("# yaml\n" + nested("[", "]", "", 101))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "[", "# y\n[", "# y\n{a: ", "- "})
  void hugeNestingIsRefusedAndDoesNotOverflowTheStack(String open) {
    assertThat(read(open.repeat(100_000))).isEmpty();
    assertThat(faults.list()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "7, 7",
    "2147483648, 2147483648",
    "-9223372036854775809, -9223372036854775809",
    "123456789012345678901234567890, 123456789012345678901234567890"
  })
  void wholeNumbersAreExactWhateverTheirSize(String text, BigInteger expected) {
    assertThat(Plain.read("{\"n\": " + text + "}")).hasToString("[n=" + expected + "]");
    assertThat(Plain.read("n: " + text)).isEqualTo(Plain.read("{\"n\": " + text + "}"));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5", "-0.0, -0.0", "1.0, 1.0", "1e3, 1000.0", "1.5E-7, 1.5E-7", "1e-400, 0.0"})
  void numbersWithAFractionOrAnExponentAreDoubles(String text, Double expected) {
    assertThat(Plain.read("{\"n\": " + text + "}").toString()).isEqualTo("[n=" + expected + "]");
    assertThat(Plain.read("n: " + text)).isEqualTo(Plain.read("{\"n\": " + text + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"n\":\n1e400}", "n:\n  1e400", "n:\n  -1e999", "n:\n  .inf"})
  void numbersBeyondADoubleAreFaultsOnTheirLine(String text) {
    read(text);
    assertThat(faults.list()).hasSize(1);
    assertThat(faults.list().getFirst().line()).isEqualTo(2);
    assertThat(faults.list().getFirst().what()).endsWith("(expected: a number below 1.8e308)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123",
        "0x1F",
        "0o17",
        "1_000",
        "+1",
        "yes",
        "on",
        "12:30:45",
        "2026-11-23",
        "1.2.3"
      })
  void yamlTextThatOldParsersGuessedAtStaysText(String scalar) {
    assertThat(Plain.read("a: " + scalar)).hasToString("[a=" + scalar + "]");
    assertThat(((Map.Entry<?, ?>) ((List<?>) Plain.read("a: " + scalar)).getFirst()).getValue())
        .isInstanceOf(String.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:", "a: null", "a: ~"})
  void yamlHasThreeWaysToSayNull(String text) {
    assertThat(Plain.read(text)).isEqualTo(Plain.read("{\"a\": null}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: \"~\"",
        "a: '~'",
        "a: !!str ~",
        "[\"~\"]",
        "- \"~\"",
        "é: \"~\"",
        "😀: '~'",
        "a~: \"~\"",
        "[{}, \"~\"]",
        "{~: \"~\"}",
        "a: ~~",
        "a: \"\\x7e\"",
        "\uFEFFa: \"~\"",
        "[[ ],  \"~\"]"
      })
  void aTildeInQuotesIsText(String text) {
    assertThat(Plain.read("# yaml\n" + text).toString()).contains("~").doesNotContain("NULL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"é: ~", "😀: ~", "[{}, ~]", "\uFEFFa: ~", "- x\n- ~", "{\"~\": ~}"})
  void aTildeWithoutQuotesIsNullWhereverItStands(String text) {
    assertThat(Plain.read("# yaml\n" + text).toString()).contains("NULL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1}\n{\"b\": 2}",
        "{\"a\": 1}\n[]",
        "a: 1\n---\nb: 2\n",
        "{\"a\": 1}\nx",
        "{\"a\": 1}\n}",
        "{}\n,"
      })
  void textAfterTheEndIsAFault(String text) {
    read(text);
    assertThat(faults.list()).hasSize(1);
    assertThat(faults.list().getFirst().line()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aDocumentEndMarkIsNoFault() {
    assertThat(Plain.read("---\na: 1\n...\n")).isEqualTo(Plain.read("{\"a\": 1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": 1,}                | 1
          {"a"\\n 1}               | 2
          {"a": 'x'}               | 1
          {a: 1}                   | 1
          {"a": NaN}               | 1
          {"a": 01}                | 1
          {"a": +1}                | 1
          {"a": .5}                | 1
          {"a": 1.}                | 1
          {"a": True}              | 1
          {"a": "\\n"}             | 1
          {"a": 1} // no           | 1
          {\\n"a": [1,\\n 2        | 3
          {"a":\\n"b\\nc"}          | 2
          {"a": "\\x"}             | 1
          a: b: c                  | 1
          a: [1,\\n2               | 2
          a: 'x                    | 1
          a: 1\\n\\tb: 2           | 2
          a: 1\\nb\\nc: 2          | 3
          a:\\n  - 1\\n b: 2       | 3
          a: @x                    | 1
          ok: 1\\n? [a]\\n: b      | 2
          """)
  void malformedTextIsAFaultWithItsLine(String text, int line) {
    assertThat(read(text.replace("\\n", "\n").replace("\\t", "\t"))).isEmpty();
    assertThat(faults.list()).hasSize(1);
    assertThat(faults.list().getFirst().line()).isEqualTo(line);
    assertThat(faults.list().getFirst().what()).startsWith("malformed: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: -", "a: [1, 2", "a: 1\n\tb: 2", "a: @x", "a: 'x"})
  void theFaultOfMalformedYamlSaysMoreThanWhatWasBeingRead(String text) {
    assertThat(read(text)).isEmpty();
    String what = faults.list().getFirst().what();
    assertThat(what.substring("malformed: ".length()))
        .isNotBlank()
        .doesNotMatch("while (scanning|parsing) [a-z ]*");
  }

  /** Latin-1 for é is no UTF-8. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": "\u00e9"}                | 1 | e9
          {\\n"a": 1,\\n"b": "caf\u00e9"} | 3 | e9
          {"a": "\u00ff"}                | 1 | ff
          {"a": "\u00c3"}                | 1 | c3
          # yaml\\na: b\\nc: \u00e9t       | 3 | e9
          # yaml\\na: "\u00fe"            | 2 | fe
          """)
  void bytesThatAreNotUtf8AreAFaultOnTheirLine(String text, int line, String stray) {
    String latin = text.replace("\\n", "\n");
    assertThat(TextReader.read(latin.getBytes(StandardCharsets.ISO_8859_1), faults)).isEmpty();
    assertThat(faults.list())
        .hasToString(
            "[a.file:%d: malformed: byte 0x%s (expected: text in UTF-8)]".formatted(line, stray));
  }

  @Test
  void byteOrderMarkIsIgnored() {
    assertThat(Plain.read("\uFEFF{\"a\": 1}")).isEqualTo(Plain.read("{\"a\": 1}"));
  }

  @Test
  void faultsAreOneLineWhateverTheTextHolds() {
    read("{\"a\\nb\": 1, \"a\\nb\": 2}");
    assertThat(faults.list()).isNotEmpty();
    assertThat(faults.list()).allSatisfy(fault -> assertThat(fault.what()).doesNotContain("\n"));
  }

  /** The oracle: a value, or a reason; never an exception. */
  @Test
  void anyTextIsReadOrRefusedWithAReason() {
    Random random = new Random(42);
    JsonTexts texts = new JsonTexts(43);
    String alphabet = "{}[]\",:-?*&!|>'#%@`~ \n\t\\/0123456789.eE+truefalsn<\u0000\u007fé";
    long deadline = System.nanoTime() + 10_000_000_000L;
    int refused = 0;
    int read = 0;
    for (int i = 0; i < 20_000 && System.nanoTime() < deadline; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "" : "# y\n");
      text.append(texts.next());
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        int at = random.nextInt(text.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          default -> text.setLength(at + 1);
        }
      }
      Faults own = new Faults("f");
      Optional<JsonValue> value = TextReader.read(Plain.bytes(text.toString()), own);
      if (value.isEmpty()) {
        assertThat(own.isEmpty()).as(text.toString()).isFalse();
        refused++;
      } else {
        read++;
      }
    }
    assertThat(refused).isPositive();
    assertThat(read).isPositive();
  }

  private Optional<JsonValue> read(String text) {
    return TextReader.read(Plain.bytes(text), faults);
  }

  /** A value that is {@code depth} levels below the outermost object. */
  private static String nested(String open, String close, String name, int depth) {
    return "{\"a\":" + (open + name).repeat(depth - 1) + "1" + close.repeat(depth - 1) + "}";
  }
}
