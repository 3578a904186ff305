package io.tapmeta.resolver.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.ingress.Attachment.Mode;
import io.tapmeta.resolver.text.Fault;
import io.tapmeta.resolver.text.Faults;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentReaderTest {
  private static final String EXAMPLE =
      """
      {"name": "tap0d1fa6a8-94", "tap": "tap0d1fa6a8-94", "mode": "netns", "netns": "tapmeta-tap0d1fa6a8-94",
       "interface": "md0", "network_id": null, "macs": []}
      """;

  private final Faults faults = new Faults("a.json");

  @Test
  void theExampleOfTheInterfacesIsRead() {
    assertThat(read(EXAMPLE))
        .contains(
            new Attachment(
                "tap0d1fa6a8-94",
                "tap0d1fa6a8-94",
                Mode.NETNS,
                Optional.of("tapmeta-tap0d1fa6a8-94"),
                "md0",
                Optional.empty(),
                Set.of()));
    assertThat(faults.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t\n"})
  void anEmptyFileIsSaidToBeOne(String text) {
    assertThat(read(text)).isEmpty();
    assertThat(faults.list())
        .extracting(Fault::toString)
        .containsExactly("a.json: empty (expected: an attachment, as a JSON object)");
  }

  @Test
  void everyFieldIsRead() {
    assertThat(
            read(
                """
                {"name": "net-a", "tap": "net-a", "mode": "adopt", "netns": "ovnmeta-7b2d3a52",
                 "interface": "tap7b2d3a52-61", "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d",
                 "macs": ["fa:16:3e:00:00:01", "FA:16:3E:00:00:02"]}
                """))
        .contains(
            new Attachment(
                "net-a",
                "net-a",
                Mode.ADOPT,
                Optional.of("ovnmeta-7b2d3a52"),
                "tap7b2d3a52-61",
                Optional.of("7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d"),
                Set.of(
                    MacAddress.parse("fa:16:3e:00:00:01"), MacAddress.parse("fa:16:3e:00:00:02"))));
  }

  @Test
  void networkAndMacsMayBeMissing() {
    Attachment attachment =
        read("{\"name\": \"t\", \"tap\": \"t\", \"mode\": \"shared\", \"interface\": \"t\"}")
            .orElseThrow();
    assertThat(attachment.netns()).isEmpty();
    assertThat(attachment.networkId()).isEmpty();
    assertThat(attachment.macs()).isEmpty();
  }

  @Test
  void yamlIsReadToo() {
    assertThat(
            read("name: t\ntap: t\nmode: netns\nnetns: n\ninterface: md0\n").map(Attachment::mode))
        .contains(Mode.NETNS);
  }

  @ParameterizedTest
  @CsvSource({"netns, false", "adopt, false", "shared, true"})
  void onlySharedDoesWithoutANamespace(String mode, boolean good) {
    String text =
        "{\"name\": \"t\", \"tap\": \"t\", \"mode\": \"%s\", \"netns\": null, \"interface\": \"i\"}"
            .formatted(mode);
    assertThat(read(text).isPresent()).isEqualTo(good);
    if (!good) {
      assertThat(faults.list())
          .extracting(Fault::toString)
          .containsExactly(
              "a.json:1: netns: missing (expected: a namespace's name in mode " + mode + ")");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"name\": \"../x\"",
        "\"name\": \"a/b\"",
        "\"name\": \"\"",
        "\"name\": \".hidden\"",
        "\"name\": \"a b\"",
        "\"name\": 5",
        "\"name\": null",
        "\"tap\": \"a/b\"",
        "\"tap\": \"a\\nb\"",
        "\"tap\": \"..\"",
        "\"tap\": null",
        "\"mode\": \"NETNS\"",
        "\"mode\": \"bridge\"",
        "\"mode\": null",
        "\"netns\": \"../../proc/1/ns/net\"",
        "\"netns\": \"..\"",
        "\"netns\": \"a\\u0000b\"",
        "\"interface\": \"sixteen-letters-\"",
        "\"interface\": \"\"",
        "\"interface\": \"a/b\"",
        "\"interface\": \"a b\"",
        "\"interface\": null",
        "\"network_id\": 7",
        "\"macs\": \"fa:16:3e:00:00:01\"",
        "\"macs\": [\"fa:16:3e:00:00\"]",
        "\"macs\": [null]",
        "\"unknown\": 1"
      })
  void eachBadValueIsAFaultOnItsLine(String member) {
    String name = member.substring(0, member.indexOf(':'));
    String others =
        "\"name\": \"t\",\"tap\": \"t\",\"mode\": \"netns\",\"netns\": \"n\",\"interface\": \"i\""
            .replaceAll(name + ": \"[^\"]*\",?", "");
    String text = "{\n" + member + "," + others.replaceAll(",$", "") + "}";
    assertThat(read(text)).as(text).isEmpty();
    assertThat(faults.list()).as(text).hasSize(1);
    Fault fault = faults.list().getFirst();
    assertThat(fault.line()).as(fault.toString()).isIn(1, 2);
    assertThat(fault.what()).startsWith(name.replace("\"", "")).contains("(expected: ");
  }

  @Test
  void aFifteenCharacterInterfaceIsTheLongest() {
    assertThat(read(EXAMPLE.replace("md0", "tap123456789012"))).isPresent();
    assertThat(read(EXAMPLE.replace("md0", "tap1234567890123"))).isEmpty();
  }

  @Test
  void everyFaultIsFoundInOnePass() {
    assertThat(
            read(
                """
                {"name": "a/b",
                 "tap": 7,
                 "mode": "bridge",
                 "macs": ["x"],
                 "intreface": "md0"}
                """))
        .isEmpty();
    assertThat(faults.list())
        .extracting(Fault::what)
        .containsExactlyInAnyOrder(
            "name: \"a/b\" (expected: a name without / and white space)",
            "tap: 7 (expected: a string)",
            "mode: \"bridge\" (expected: netns, shared or adopt)",
            "interface: missing (expected: an interface name of 1 to 15 characters)",
            "macs[0]: \"x\" (expected: a MAC address such as fa:16:3e:5a:01:37)",
            "intreface: unknown key (expected: did you mean interface?)");
  }

  @Test
  void pinsLetInNobodyElse() {
    MacAddress pinned = MacAddress.parse("fa:16:3e:00:00:01");
    MacAddress other = MacAddress.parse("fa:16:3e:00:00:02");
    Attachment open = read(EXAMPLE).orElseThrow();
    Attachment closed = read(EXAMPLE.replace("[]", "[\"fa:16:3e:00:00:01\"]")).orElseThrow();
    assertThat(open.admits(pinned)).isTrue();
    assertThat(open.admits(other)).isTrue();
    assertThat(closed.admits(pinned)).isTrue();
    assertThat(closed.admits(other)).isFalse();
  }

  private Optional<Attachment> read(String text) {
    return AttachmentReader.read(text.getBytes(StandardCharsets.UTF_8), faults);
  }
}
