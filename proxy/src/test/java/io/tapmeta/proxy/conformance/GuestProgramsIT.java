package io.tapmeta.proxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.Command;
import io.tapmeta.proxy.scenario.kit.MetricsPage;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What programs in guests ask, and that they get what they need: CirrOS's scripts with the programs
 * that it has had, and other clients by their lists of requests.
 */
@Scenario
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class GuestProgramsIT {
  private static final String CURL = "curl --fail --silent --max-time 10 --retry 3";
  private static final String WGET = "busybox wget -q -O -";

  private RealNode node;

  @BeforeAll
  void start() {
    Records records = Records.read();
    node = new RealNode(Stream.of("web", "plain", "windows").map(records::get).toList());
  }

  @AfterAll
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {CURL, WGET})
  void cirrosBootsWithKeyHostNameAndUserData(String program) {
    double before = requests();

    List<String> said = run("web", "cirros", program);

    assertThat(said)
        .containsExactly(
            "asked /2009-04-04/meta-data/instance-id 0",
            "asked /2009-04-04/meta-data/public-keys 0",
            "asked /2009-04-04/meta-data/public-keys/0/openssh-key 0",
            "asked /2009-04-04/meta-data/instance-id 0",
            "asked /2009-04-04/meta-data/ami-launch-index 0",
            "asked /2009-04-04/meta-data/instance-type 0",
            "asked /2009-04-04/meta-data/local-ipv4 0",
            "asked /2009-04-04/meta-data/public-ipv4 0",
            "asked /2009-04-04/meta-data/hostname 0",
            "asked /2009-04-04/meta-data/local-hostname 0",
            "asked /2009-04-04/user-data 0",
            "asked /2009-04-04/meta-data/block-device-mapping 0",
            "asked /2009-04-04/meta-data/block-device-mapping/ami 0",
            "asked /2009-04-04/meta-data/block-device-mapping/ebs0 0",
            "asked /2009-04-04/meta-data/block-device-mapping/root 0",
            "asked /2009-04-04/meta-data/public-hostname 0",
            "asked /2009-04-04/meta-data/placement/availability-zone 0",
            "instance id: i-0000002a",
            "host name: web-1",
            "keys: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleKeyForConformanceOnly0000000 ops@example",
            "",
            "user data said: hello");
    assertThat(requests() - before).isEqualTo(asked(said));
  }

  @ParameterizedTest
  @ValueSource(strings = {CURL, WGET})
  void cirrosBootsWithoutKeyAndUserDataWithoutRetrying(String program) {
    double before = requests();

    List<String> said = run("plain", "cirros", program);

    assertThat(said)
        .contains("instance id: i-0000002b", "host name: plain", "keys: ", "user data said: ")
        .anyMatch(line -> line.matches("asked /2009-04-04/meta-data/public-keys [1-9]\\d*"))
        .anyMatch(line -> line.matches("asked /2009-04-04/user-data [1-9]\\d*"))
        .noneMatch(line -> line.startsWith("missing"));
    assertThat(requests() - before).isEqualTo(asked(said));
  }

  @ParameterizedTest
  @ValueSource(strings = {CURL, WGET})
  void everyNameOfTheTreeAnswersWhereItIsWalked(String program) {
    double before = requests();

    List<String> said = run("web", "ec2metadata", program);

    assertThat(said.stream().filter(GuestProgramsIT::isRequest))
        .hasSize(22)
        .allMatch(line -> line.endsWith(" 0"));
    assertThat(said)
        .contains(
            "/latest/meta-data/ami-id: ami-00000007",
            "/latest/meta-data/block-device-mapping/root: /dev/vda",
            "/latest/meta-data/placement/availability-zone: az-east",
            "/latest/meta-data/public-ipv4: 203.0.113.10");
    assertThat(requests() - before).isEqualTo(asked(said));
  }

  @TestFactory
  Stream<DynamicContainer> everyRequestOfOtherClients() {
    return Table.read(Table.CLIENTS).stream()
        .map(client -> client.tests(client.kept() ? node.kept() : node));
  }

  private List<String> run(String record, String script, String program) {
    List<String> words = new ArrayList<>(List.of("sh"));
    words.add(Table.directory().resolve(Table.CLIENTS).resolve(script).toString());
    words.addAll(List.of(program.split(" ", -1)));
    Command command = node.guest(record).namespace().command(words.toArray(String[]::new));
    return command.run().orFail().lines().toList();
  }

  private static boolean isRequest(String line) {
    return line.startsWith("asked ");
  }

  private static double asked(List<String> said) {
    return said.stream().filter(GuestProgramsIT::isRequest).count();
  }

  /** All that the daemon has answered. */
  private double requests() {
    MetricsPage page = node.daemon().metrics();
    return page.series().stream()
        .filter(series -> series.startsWith("tapmeta_requests_total{"))
        .mapToDouble(page::value)
        .sum();
  }
}
