package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private final RouteTable table = RouteTable.complete();
  private final List<Route> routes = new ArrayList<>();

  RouteTableTest() {
    OpenStackTree.routes(Optional::empty, routes::add);
    Ec2Tree.routes(routes::add);
    NoCloudTree.routes(Optional::empty, routes::add);
  }

  @Test
  void pathsAreDistinctAndCanonical() {
    assertThat(routes).extracting(Route::path).doesNotHaveDuplicates();
    assertThat(routes)
        .allSatisfy(route -> assertThat(CanonicalPath.of(route.path())).contains(route.path()));
  }

  @Test
  void everyRouteIsFoundByItsBytesWhereverTheyStand() {
    for (Route route : routes) {
      byte[] line = ("GET " + route.path() + " HTTP/1.1").getBytes(StandardCharsets.US_ASCII);
      Route found = table.exact(line, 4, 4 + route.path().length());
      assertThat(found).as(route.path()).isNotNull();
      assertThat(found.path()).isEqualTo(route.path());
      assertThat(found.api()).isEqualTo(route.api());
      assertThat(found.kind()).isEqualTo(route.kind());
      assertThat(table.find(route.path())).containsSame(found);
    }
  }

  @Test
  void theSamePathWrittenOtherwiseIsTheSameRoute() {
    for (Route route : routes) {
      assertThat(table.find("/." + route.path() + "//?x=1"))
          .containsSame(table.find(route.path()).orElseThrow());
    }
  }

  @Test
  void nothingButThePathItselfIsFoundByBytes() {
    Set<String> paths = new HashSet<>();
    routes.forEach(route -> paths.add(route.path()));
    Random random = new Random(61);
    int missed = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder path = new StringBuilder(routes.get(random.nextInt(routes.size())).path());
      int at = random.nextInt(path.length());
      switch (random.nextInt(4)) {
        case 0 -> path.setCharAt(at, (char) ('!' + random.nextInt(90)));
        case 1 -> path.insert(at, (char) ('!' + random.nextInt(90)));
        case 2 -> path.deleteCharAt(at);
        default -> path.setLength(at);
      }
      byte[] bytes = path.toString().getBytes(StandardCharsets.US_ASCII);
      Route found = table.exact(bytes, 0, bytes.length);
      if (paths.contains(path.toString())) {
        assertThat(found).isNotNull();
      } else {
        assertThat(found).as(path.toString()).isNull();
        missed++;
      }
    }
    assertThat(missed).isGreaterThan(100_000);
  }

  @ParameterizedTest
  @CsvSource({
    "/openstack/2099-01-01, OPENSTACK",
    "/openstack/latest/meta_data, OPENSTACK",
    "/openstack/latest/meta_data.json/x, OPENSTACK",
    "/openstack/LATEST, OPENSTACK",
    "/openstack/content, OPENSTACK",
    "/openstack/latest/content, OPENSTACK",
    "/openstack/2012-08-10/password, OPENSTACK",
    "/openstack/2013-04-04/vendor_data.json, OPENSTACK",
    "/openstack/2016-06-30/vendor_data2.json, OPENSTACK",
    "/ec2/2016-09-02, EC2",
    "/ec2/latest/meta-data/mac, EC2",
    "/latest/api/token, EC2",
    "/latest/dynamic, EC2",
    "/2016-09-02/meta-data, OTHER",
    "/2021-03-23/meta-data/instance-id, OTHER",
    "/nocloud/meta_data, NOCLOUD",
    "/etc/passwd, OTHER",
    "/openstackx, OTHER",
    "/nocloudx, OTHER"
  })
  void unknownPathsLeadNowhereAndAreCountedWithTheirTree(String path, Api api) {
    Route route = table.find(path).orElseThrow();
    assertThat(route.render(Instances.full(), () -> "10.0.0.5")).isEmpty();
    assertThat(route.api()).isEqualTo(api);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%ff", "/openstack/%c0%ae"})
  void unreadableTargetsHaveNoRoute(String target) {
    assertThat(table.find(target)).isEmpty();
  }

  @Test
  void anEmptyTableFindsNothing() {
    assertThat(new RouteTable(List.of()).exact(new byte[] {'/'}, 0, 1)).isNull();
  }

  @Test
  void pathsOfEqualHashAreToldApart() {
    // "Aa" and "BB" have equal hashes.
    List<Route> equal = new ArrayList<>();
    for (String path : List.of("/AaAa", "/AaBB", "/BBAa", "/BBBB")) {
      equal.add(Route.nowhere(Api.OTHER, path));
    }
    RouteTable small = new RouteTable(equal);
    for (Route route : equal) {
      byte[] bytes = route.path().getBytes(StandardCharsets.US_ASCII);
      assertThat(small.exact(bytes, 0, bytes.length)).isSameAs(route);
    }
  }
}
