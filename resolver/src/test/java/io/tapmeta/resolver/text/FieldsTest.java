package io.tapmeta.resolver.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  private final Faults faults = new Faults("a.json");

  @Test
  void membersAreReadByNameAndType() {
    Fields fields =
        fields(
            """
            {"s": "text", "i": 5, "b": true, "list": ["a", "b"], "numbers": [3, 1],
             "map": {"z": "1", "a": "2"}, "object": {"inner": "x"}, "objects": [{"n": 1}, {"n": 2}],
             "parsed": "42", "parsed_list": ["1", "2"]}
            """);
    assertThat(fields.string("s")).contains("text");
    assertThat(fields.requiredString("s", "text")).contains("text");
    assertThat(fields.integer("i", 0, 10)).contains(5);
    assertThat(fields.bool("b")).contains(true);
    assertThat(fields.strings("list")).containsExactly("a", "b");
    assertThat(fields.integers("numbers", 0, 9)).containsExactly(3, 1);
    assertThat(fields.stringMap("map").entrySet())
        .extracting(Map.Entry::toString)
        .containsExactly("z=1", "a=2");
    assertThat(fields.object("object").orElseThrow().string("inner")).contains("x");
    assertThat(fields.objects("objects", item -> item.integer("n", 0, 9))).containsExactly(1, 2);
    assertThat(fields.parsed("parsed", "a number", Integer::valueOf)).contains(42);
    assertThat(fields.parsedList("parsed_list", "numbers", Integer::valueOf)).containsExactly(1, 2);
    fields.finish();
    assertThat(faults.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"x\": null}"})
  void absentAndNullReadAsEmpty(String text) {
    Fields fields = fields(text);
    assertThat(fields.string("x")).isEmpty();
    assertThat(fields.integer("x", 0, 1)).isEmpty();
    assertThat(fields.bool("x")).isEmpty();
    assertThat(fields.strings("x")).isEmpty();
    assertThat(fields.integers("x", 0, 1)).isEmpty();
    assertThat(fields.stringMap("x")).isEmpty();
    assertThat(fields.object("x")).isEmpty();
    assertThat(fields.objects("x", Optional::of)).isEmpty();
    assertThat(fields.parsed("x", "a number", Integer::valueOf)).isEmpty();
    assertThat(fields.parsedList("x", "numbers", Integer::valueOf)).isEmpty();
    assertThat(fields.value("x")).isEmpty();
    fields.finish();
    assertThat(faults.list()).isEmpty();
  }

  @Test
  void nullIsToldFromAbsentWhereAsked() {
    assertThat(fields("{\"x\": null}").has("x")).isTrue();
    assertThat(fields("{\"x\": null}").raw("x")).isPresent();
    assertThat(fields("{}").has("x")).isFalse();
    assertThat(fields("{}").raw("x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"mac\": null}"})
  void requiredMemberThatIsMissingIsAFault(String text) {
    assertThat(fields(text).requiredString("mac", "a MAC address")).isEmpty();
    assertThat(fields(text).requiredParsed("mac", "a MAC address", String::length)).isEmpty();
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsOnly("a.json:1: mac: missing (expected: a MAC address)")
        .hasSize(2);
  }

  @Test
  void wrongTypesAreFaultsWithValueAndExpectation() {
    Fields fields =
        fields(
            """
            {"s": 5,
             "i": "5",
             "b": "yes",
             "list": "a",
             "items": ["a", 1, null],
             "map": [],
             "o": "x",
             "objects": [{}, 7],
             "p": {}}
            """);
    fields.string("s");
    fields.integer("i", 0, 10);
    fields.bool("b");
    fields.strings("list");
    assertThat(fields.strings("items")).containsExactly("a");
    fields.stringMap("map");
    fields.object("o");
    assertThat(fields.objects("objects", Optional::of)).hasSize(1);
    fields.parsed("p", "a number", Integer::valueOf);
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly(
            "a.json:1: s: 5 (expected: a string)",
            "a.json:2: i: \"5\" (expected: a whole number from 0 to 10)",
            "a.json:3: b: \"yes\" (expected: true or false)",
            "a.json:4: list: \"a\" (expected: a list)",
            "a.json:5: items[1]: 1 (expected: a string)",
            "a.json:5: items[2]: null (expected: a string)",
            "a.json:6: map: a list of 0 (expected: an object)",
            "a.json:7: o: \"x\" (expected: an object)",
            "a.json:8: objects[1]: 7 (expected: an object)",
            "a.json:9: p: an object (expected: a number)");
  }

  @Test
  void requiredMemberOfTheWrongTypeIsOneFault() {
    fields("{\"mac\": 5}").requiredParsed("mac", "a MAC address", String::length);
    assertThat(faults.list()).hasSize(1);
  }

  @Test
  void valuesThatDoNotParseAreFaults() {
    Fields fields = fields("{\"n\": \"x\", \"list\": [\"1\", \"y\"]}");
    assertThat(fields.parsed("n", "a number", Integer::valueOf)).isEmpty();
    assertThat(fields.parsedList("list", "a number", Integer::valueOf)).containsExactly(1);
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("n: \"x\" (expected: a number)", "list[1]: \"y\" (expected: a number)");
  }

  @ParameterizedTest
  @CsvSource({
    "0, true",
    "10, true",
    "-1, false",
    "11, false",
    "5.0, false",
    "1e0, false",
    "4294967301, false",
    "-4294967291, false",
    "99999999999999999999, false"
  })
  void integersKeepToTheirBoundsWhateverTheirSize(String number, boolean good) {
    Optional<Integer> value = fields("{\"i\": " + number + "}").integer("i", 0, 10);
    assertThat(value.isPresent()).isEqualTo(good);
    assertThat(faults.isEmpty()).isEqualTo(good);
  }

  @Test
  void integersReachTheirTypesEnds() {
    assertThat(fields("{\"i\": 2147483647}").integer("i", 0, Integer.MAX_VALUE))
        .contains(Integer.MAX_VALUE);
    assertThat(fields("{\"i\": -2147483648}").integer("i", Integer.MIN_VALUE, 0))
        .contains(Integer.MIN_VALUE);
    assertThat(fields("{\"i\": 2147483648}").integer("i", 0, Integer.MAX_VALUE)).isEmpty();
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("i: 2147483648 (expected: a whole number, 0 or more)");
  }

  @Test
  void unknownKeysAreNamedWithTheNearestKnownOne() {
    Fields fields = fields("{\"prot\": 1,\n \"event_loop\": 2,\n \"zzz\": 3}");
    fields.integer("port", 0, 9);
    fields.integer("event_loops", 0, 9);
    fields.finish();
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly(
            "a.json:1: prot: unknown key (expected: did you mean port?)",
            "a.json:2: event_loop: unknown key (expected: did you mean event_loops?)",
            "a.json:3: zzz: unknown key (expected: one of event_loops, port)");
  }

  @Test
  void unknownKeyWithANullIsStillUnknown() {
    fields("{\"x\": null}").finish();
    assertThat(faults.list()).hasSize(1);
  }

  @Test
  void pathsLeadThroughObjectsAndLists() {
    Fields fields = fields("{\"ports\": [{}, {\"subnets\": [{\"cidr\": 1}]}]}");
    fields.objects(
        "ports",
        port -> Optional.of(port.objects("subnets", subnet -> subnet.string("cidr").map(_ -> 1))));
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("ports[1].subnets[0].cidr: 1 (expected: a string)");
  }

  @ParameterizedTest
  @CsvSource({"[1], a list of 1", "5, 5", "text, '\"text\"'"})
  void textThatIsNoObjectIsAFault(String text, String brief) {
    JsonValue value = TextReader.read(Plain.bytes(text), faults).orElseThrow();
    assertThat(Fields.of(value, "", faults)).isEmpty();
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly("the text: " + brief + " (expected: an object)");
  }

  @Test
  void mapOfStringsTakesNothingElse() {
    assertThat(fields("{\"m\": {\"a\": \"1\", \"b\": 2, \"c\": null, \"d\": {}}}").stringMap("m"))
        .containsExactly(Map.entry("a", "1"));
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly(
            "m.b: 2 (expected: a string)",
            "m.c: missing (expected: a string)",
            "m.d: an object (expected: a string)");
  }

  @Test
  void listsAndMapsCannotBeChangedByWhoReadsThem() {
    Fields fields = fields("{\"m\": {\"a\": \"1\"}, \"l\": [\"a\"]}");
    Map<String, String> map = fields.stringMap("m");
    List<String> list = fields.strings("l");
    assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(list::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void longAndUnprintableValuesAreCutAndCleanedInMessages() {
    fields("{\"i\": \"" + "x".repeat(100) + "\"}").integer("i", 0, 1);
    fields("{\"i\": \"a\\u001b[31m\\nb\"}").integer("i", 0, 1);
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactly(
            "i: \"" + "x".repeat(56) + "…\" (expected: a whole number from 0 to 1)",
            "i: \"a?[31m?b\" (expected: a whole number from 0 to 1)");
  }

  @Test
  void namesInMessagesAreCleanedToo() {
    Fields fields = fields("{\"a\\nb\\u001b\": 1}");
    fields.finish();
    assertThat(faults.list()).hasSize(1);
    assertThat(faults.list().getFirst().what()).doesNotContain("\n").doesNotContain("\u001b");
  }

  @Test
  void faultOfTheWholeFileHasNoLine() {
    assertThat(new Fault("f.yaml", 0, "no such file")).hasToString("f.yaml: no such file");
    assertThat(new Fault("f.yaml", 3, "bad")).hasToString("f.yaml:3: bad");
  }

  private Fields fields(String text) {
    JsonValue value = TextReader.read(Plain.bytes(text), faults).orElseThrow();
    return Fields.of(value, "", faults).orElseThrow();
  }
}
