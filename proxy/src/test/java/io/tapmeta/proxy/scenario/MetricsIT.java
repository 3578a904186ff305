package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.MetricsPage;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin side, before and after guests have asked all sorts of things. */
@Scenario
final class MetricsIT {
  private static final Pattern LABEL_VALUE = Pattern.compile("=\"([^\"]*)\"");
  private static final Pattern OF_A_GUEST =
      Pattern.compile("/|meta_data|(\\p{XDigit}{2}:){5}|(\\d+\\.){3}\\d+|tap\\p{XDigit}");

  private static ComputeNode node;
  private static Daemon daemon;
  private static MetricsPage before;
  private static MetricsPage after;
  private static Response readiness;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    Guest guest = node.vm("vm");
    Guest stranger = node.guest().start().attach();
    daemon = node.daemon(node.config().hold("50ms"));
    before = daemon.metrics();
    readiness = daemon.admin("/readyz");

    assertThat(guest.identity()).isEqualTo(guest.record().uuid());
    assertThat(guest.get("/latest/meta-data/").status()).isEqualTo(200);
    assertThat(guest.get("/no/such/path/" + guest.mac()).status()).isEqualTo(404);
    assertThat(guest.send("GET / HTTP/1.1\n\n").status()).isEqualTo(400);
    assertThat(guest.send("BREW /pot HTTP/9.9\r\n\r\n").status()).isEqualTo(505);
    assertThat(stranger.get(META_DATA_JSON).status()).isEqualTo(404);
    after = daemon.metrics();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tapmeta_requests_total{api=\"openstack\",code=\"200\",outcome=\"served\"}",
        "tapmeta_requests_total{api=\"ec2\",code=\"200\",outcome=\"served\"}",
        "tapmeta_requests_total{api=\"openstack\",code=\"503\",outcome=\"record_not_ready\"}",
        "tapmeta_request_duration_seconds_count",
        "tapmeta_request_duration_seconds_bucket{le=\"+Inf\"}",
        "tapmeta_attachments{state=\"listening\"}",
        "tapmeta_attachments{state=\"failed\"}",
        "tapmeta_identity_refused_total{reason=\"unknown\"}",
        "tapmeta_identity_refused_total{reason=\"ambiguous\"}",
        "tapmeta_identity_refused_total{reason=\"mac_not_allowed\"}",
        "tapmeta_identity_refused_total{reason=\"no_saved_syn\"}",
        "tapmeta_identity_refused_total{reason=\"source_address\"}",
        "tapmeta_cache_requests_total{result=\"hit\"}",
        "tapmeta_cache_requests_total{result=\"miss\"}",
        "tapmeta_source_up{source=\"directory\"}",
        "tapmeta_source_last_success_timestamp_seconds{source=\"directory\"}",
        "tapmeta_records",
        "tapmeta_records_rejected",
        "tapmeta_plug_to_ready_seconds_count",
        "process_start_time_seconds",
        "process_cpu_usage",
        "process_files_open_files"
      })
  void seriesIsThereFromTheStart(String series) {
    assertThat(before.text().lines()).anyMatch(line -> line.startsWith(series + " "));
  }

  @Test
  void buildAndJvmAreThereFromTheStart() {
    assertThat(before.text()).containsPattern("tapmeta_build_info\\{.*version=\"[^\"]+\".*} 1");
    assertThat(before.text()).contains("jvm_memory_used_bytes{", "jvm_threads_live_threads ");
  }

  @Test
  void noSeriesComesWithWhatGuestsAsk() {
    assertThat(after.series()).isEqualTo(before.series());
  }

  @Test
  void noLabelHoldsWhatAGuestCouldChoose() {
    assertThat(LABEL_VALUE.matcher(String.join("\n", after.series())).results())
        .extracting((MatchResult label) -> label.group(1))
        .isNotEmpty()
        .noneMatch(value -> OF_A_GUEST.matcher(value).find());
  }

  @Test
  void requestsAreCountedByWhatBecameOfThem() {
    assertThat(counted("api=\"openstack\",code=\"200\",outcome=\"served\"")).isEqualTo(1);
    assertThat(counted("api=\"ec2\",code=\"200\",outcome=\"served\"")).isEqualTo(1);
    assertThat(counted("api=\"other\",code=\"404\",outcome=\"unknown_path\"")).isEqualTo(1);
    assertThat(counted("api=\"other\",code=\"400\",outcome=\"malformed\"")).isEqualTo(1);
    assertThat(counted("api=\"other\",code=\"505\",outcome=\"unknown_version\"")).isEqualTo(1);
    assertThat(counted("api=\"openstack\",code=\"404\",outcome=\"unknown_instance\"")).isEqualTo(1);
    assertThat(after.value("tapmeta_request_duration_seconds_count")).isEqualTo(6);
    assertThat(after.value("tapmeta_attachments{state=\"listening\"}")).isEqualTo(2);
    assertThat(after.value("tapmeta_plug_to_ready_seconds_count")).isEqualTo(2);
    assertThat(after.value("tapmeta_records")).isEqualTo(1);
  }

  @Test
  void healthAndReadinessSayThatAllIsWell() {
    Response health = daemon.admin("/healthz");
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.text()).isEqualTo("ok\n");

    assertThat(readiness.status()).isEqualTo(200);
    assertThat(readiness.header("Content-Type")).contains("application/json");
    assertThat(readiness.text()).contains("\"ready\": true", "\"listening\": 2");
  }

  @Test
  void versionIsTold() {
    assertThat(daemon.admin("/version").text()).contains("\"version\": ", "\"revision\": ");
  }

  @Test
  void guestsDoNotReachTheAdminSide() {
    Guest guest = node.vm("curious");
    for (String page : List.of("/metrics", "/healthz", "/readyz", "/status", "/instances")) {
      assertThat(guest.get(page).status()).isEqualTo(404);
    }
  }

  private static double counted(String labels) {
    return after.value("tapmeta_requests_total{" + labels + "}");
  }
}
