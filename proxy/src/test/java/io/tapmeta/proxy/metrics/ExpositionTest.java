package io.tapmeta.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.Tapmeta;
import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.config.ConfigurationReader;
import io.tapmeta.resolver.text.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads from a daemon that has just started. */
@TestInstance(Lifecycle.PER_CLASS)
class ExpositionTest {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[^}]*})? [-+0-9.eENaInf]+");

  /** Labels of which every value is known beforehand. */
  private static final Set<String> LABELS =
      Set.of(
          "api",
          "budget",
          "code",
          "java_version",
          "le",
          "mode",
          "outcome",
          "reason",
          "result",
          "revision",
          "source",
          "state",
          "token",
          "version");

  @TempDir static Path temp;
  private static Tapmeta tapmeta;
  private static String page;

  @BeforeAll
  static void scrapeOnce() throws IOException, InterruptedException {
    Files.createDirectory(temp.resolve("instances"));
    Path file =
        Files.writeString(
            temp.resolve("tapmeta.yaml"),
            """
            attachments: {directory: %1$s/attachments}
            sources: {directory: %1$s/instances}
            passwords: {directory: %1$s/passwords}
            admin: {listen: "127.0.0.1:0", socket: %1$s/admin.sock}
            """
                .formatted(temp));
    Faults faults = new Faults(file.toString());
    Configuration configuration =
        ConfigurationReader.read(file, faults).orElseThrow(() -> new AssertionError(faults.list()));
    tapmeta = Tapmeta.start(configuration, () -> {});
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://127.0.0.1:" + tapmeta.adminAddress().getPort() + "/metrics");
      page = client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    }
  }

  @AfterAll
  static void stop() {
    tapmeta.close();
  }

  /**
   * Every series is there from the start. A difference is a change of what operators rely on: where
   * it is wanted, target/exposition.txt is the new golden file.
   */
  @Test
  void theSeriesAreTheGoldenOnes() throws IOException {
    String actual =
        page.lines()
            .filter(line -> line.startsWith("tapmeta_") || line.startsWith("# TYPE tapmeta_"))
            .map(ExpositionTest::withoutValue)
            .sorted()
            .collect(Collectors.joining("\n", "", "\n"));
    Files.writeString(Path.of("target", "exposition.txt"), actual);
    try (InputStream golden =
        Objects.requireNonNull(ExpositionTest.class.getResourceAsStream("exposition.txt"))) {
      assertThat(actual).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyFamilyThatTheInterfacesPromiseIsThere() {
    assertThat(series())
        .contains(
            "tapmeta_requests_total",
            "tapmeta_request_duration_seconds_bucket",
            "tapmeta_attachments",
            "tapmeta_identity_refused_total",
            "tapmeta_cache_requests_total",
            "tapmeta_upstream_requests_total",
            "tapmeta_upstream_duration_seconds_count",
            "tapmeta_source_up",
            "tapmeta_source_last_success_timestamp_seconds",
            "tapmeta_records",
            "tapmeta_records_rejected",
            "tapmeta_plug_to_ready_seconds_count",
            "tapmeta_build_info");
  }

  @Test
  void theProcessAndItsJvmAreThereToo() {
    assertThat(series())
        .contains(
            "jvm_memory_used_bytes",
            "jvm_threads_live_threads",
            "jvm_classes_loaded_classes",
            "process_cpu_usage",
            "process_uptime_seconds",
            "process_files_open_files",
            "process_files_max_files");
  }

  @Test
  void everyLineIsACommentOrASample() {
    assertThat(page.lines())
        .allSatisfy(line -> assertThat(line).matches("# (HELP|TYPE) .+|" + SAMPLE.pattern()));
  }

  @Test
  void everyFamilyOfOursSaysWhatItIs() {
    List<String> families = matches("# TYPE (tapmeta_\\S+) .*");
    assertThat(families).isNotEmpty();
    assertThat(matches("# HELP (tapmeta_\\S+) \\S.*\\.")).containsAll(families);
  }

  @Test
  void counterNamesEndInTotalAndTimesAreInSeconds() {
    assertThat(matches("# TYPE (tapmeta_\\S+) counter")).allMatch(name -> name.endsWith("_total"));
    assertThat(matches("# TYPE (tapmeta_\\S+) histogram"))
        .isNotEmpty()
        .allMatch(name -> name.endsWith("_seconds"));
  }

  @Test
  void everyLabelOfOursIsBounded() {
    Set<String> labels = new TreeSet<>();
    page.lines()
        .filter(line -> line.startsWith("tapmeta_"))
        .forEach(
            line -> {
              Matcher label = Pattern.compile("([a-z_]+)=\"").matcher(line);
              while (label.find()) {
                labels.add(label.group(1));
              }
            });
    assertThat(LABELS).containsAll(labels);
  }

  private static Set<String> series() {
    return page.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll("[{ ].*", ""))
        .collect(Collectors.toSet());
  }

  private static List<String> matches(String line) {
    Pattern pattern = Pattern.compile(line);
    return page.lines()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .toList();
  }

  private static String withoutValue(String line) {
    return line.startsWith("#")
        ? line
        : line.replaceAll(" [^ ]*$", "").replaceAll("java_version=\"[^\"]*\"", "java_version=\"\"");
  }
}
