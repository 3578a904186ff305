package io.tapmeta.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tapmeta.proxy.vendor.TargetOutcome;
import org.junit.jupiter.api.Test;

class VendorDataMetricsTest {
  @Test
  void everySeriesExistsFromTheStart() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    VendorDataMetrics metrics = new VendorDataMetrics(registry);
    metrics.file(() -> false);
    assertThat(registry.scrape())
        .contains(
            "tapmeta_vendor_data_requests_total{outcome=\"answered\"} 0.0",
            "tapmeta_vendor_data_requests_total{outcome=\"status\"} 0.0",
            "tapmeta_vendor_data_requests_total{outcome=\"timeout\"} 0.0",
            "tapmeta_vendor_data_requests_total{outcome=\"unreachable\"} 0.0",
            "tapmeta_vendor_data_requests_total{outcome=\"broken\"} 0.0",
            "tapmeta_vendor_data_requests_total{outcome=\"malformed\"} 0.0",
            "tapmeta_vendor_data_duration_seconds_count 0",
            "tapmeta_vendor_data_incomplete_total 0.0",
            "tapmeta_vendor_data_file_up 0.0");
    metrics.asked(TargetOutcome.TIMEOUT, 5_000_000_000L);
    metrics.incomplete();
    assertThat(registry.scrape())
        .contains(
            "tapmeta_vendor_data_requests_total{outcome=\"timeout\"} 1.0",
            "tapmeta_vendor_data_duration_seconds_count 1",
            "tapmeta_vendor_data_incomplete_total 1.0");
  }
}
