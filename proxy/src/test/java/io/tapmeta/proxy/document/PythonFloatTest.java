package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonFloatTest {
  /** Bits, and what json.dumps of Python 3.11 makes of them. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0000000000000000, 0.0
          8000000000000000, -0.0
          3ff0000000000000, 1.0
          bff0000000000000, -1.0
          3fb999999999999a, 0.1
          3fe0000000000000, 0.5
          3ff8000000000000, 1.5
          4059000000000000, 100.0
          40fe240c9fbe76c9, 123456.789
          430c6bf526340000, 1000000000000000.0
          4341c37937e08000, 1e+16
          4341c37937e07fff, 9999999999999998.0
          4340000000000000, 9007199254740992.0
          4376345785d8a000, 1e+17
          434e32b478974000, 1.7e+16
          437b69b4ba630f35, 1.2345678901234568e+17
          4480f0cf064dd592, 1e+22
          44b52d02c7e14af6, 1e+23
          54b249ad2594c37d, 1e+100
          3f1a36e2eb1c432d, 0.0001
          3f1f75104d551d69, 0.00012
          3ee4f8b588e368f1, 1e-05
          3f1a36d1bd105b06, 9.9999e-05
          3e8421f5f40d8376, 1.5e-07
          bdf12e0be826d695, -2.5e-10
          3ddb7cdfd9d7bdbb, 1e-10
          400921fb54442d18, 3.141592653589793
          4005bf0a8b145769, 2.718281828459045
          3fd5555555555555, 0.3333333333333333
          3fe5555555555555, 0.6666666666666666
          0000000000000001, 5e-324
          0000000000000002, 1e-323
          0000000000000003, 1.5e-323
          0000000000000004, 2e-323
          0000000000000006, 3e-323
          0010000000000000, 2.2250738585072014e-308
          000fffffffffffff, 2.225073858507201e-308
          7fefffffffffffff, 1.7976931348623157e+308
          4011666666666666, 4.35
          3fd3333333333333, 0.3
          3fd3333333333334, 0.30000000000000004
          3ef4f8b588e368f1, 2e-05
          7e37e43c8800759c, 1e+300
          44dfe185ca57c517, 6.02214076e+23
          41b1de784a000000, 299792458.0
          4345ee2a2eb5a5c4, 1.2345678901234568e+16
          2b2bff2ee48e0530, 1e-100
          3ff0000000000001, 1.0000000000000002
          3f18e757928e0c9e, 9.5e-05
          444b1ae4d6e2ef50, 1e+21
          3f201f31f46ed246, 0.000123
          3f0a36e2eb1c432d, 5e-05
          43e0000000000000, 9.223372036854776e+18
          c341c37937e08000, -1e+16
          bee4f8b588e368f1, -1e-05
          433ff973cafa8000, 9000000000000000.0
          44c52d02c7e14af6, 2e+23
          447c7e83209e90b2, 8.41e+21
          0000000000004a64, 9.409e-320
          c65f8def8808b024, -1e+31
          efb6fbfe8de4ab47, -1.3938915538690472e+230
          46293e5939a08cea, 1e+30
          6237dbe6b03da701, 1.3739460317356963e+165
          1a070205e323bb2a, 2.707382855736546e-183
          c6293e5939a08cea, -1e+30
          c693b8b5b5056e17, -1e+32
          331155190b0ecf26, 1.0533190747913778e-62
          3eb0c6f7a0b5ed8d, 1e-06
          bf1a36e2eb1c432d, -0.0001
          42d6bcc41e900000, 100000000000000.0
          899f57f77f2a75ec, -2.4884730778654517e-262
          3f847ae147ae147b, 0.01
          9be01b4ff0913158, -2.035067317508819e-174
          43e158e460913d00, 1e+19
          9345a915feb0b634, -7.854190522559227e-216
          de6081741f0fd9e9, -4.122126139688612e+146
          c376345785d8a000, -1e+17
          d87d8e185daeb168, -1.863245807152358e+118
          90b301ff971b3776, -3.134261960347504e-228
          32e2bbbd66f4a215, 1.423071020558398e-63
          c0f86a0000000000, -100000.0
          4693b8b5b5056e17, 1e+32
          4ea19d1816bcaea5, 6.078246818532898e+70
          847b27e21a62c237, -4.4584782023074926e-287
          61a23d2f068007ca, 2.0513920825582673e+162
          40f86a0000000000, 100000.0
          43abc16d674ec800, 1e+18
          c024000000000000, -10.0
          2a09f663f24f1527, 3.5375079340911286e-106
          4bc7556d8e53609f, 1.1442814627008373e+57
          462f09dfb728cfc0, 1.2295644292171334e+30
          465f8def8808b024, 1e+31
          38efb8d1ca26689b, 1.9091954871000463e-34
          3f50624dd2f1a9fc, 0.001
          94bd8462075db002, -8.978359906385022e-209
          8aca6da592e97fcd, -1.1000769424451865e-256
          beb0c6f7a0b5ed8d, -1e-06
          4024000000000000, 10.0
          f6682f99d2b817f6, -2.379957644315783e+262
          7ef4aa1f9fff1517, 3.5427580630874754e+303
          c197d78400000000, -100000000.0
          3f50624dd2f1a9fb, 0.0009999999999999998
          412e848000000000, 1000000.0
          4197d78400000000, 100000000.0
          a8a4aa8b5d56b7cd, -6.713546978567672e-113
          8abc864cb26f164b, -5.9366766281364904e-257
          04e52899136bcef2, 4.4465251268509765e-285
          """)
  void numbersAreWrittenAsPythonWritesThem(String bits, String expected) {
    double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    assertThat(PythonFloat.text(number)).isEqualTo(expected);
  }

  @Test
  void anyNumberIsReadBackFromItsText() {
    Random random = new Random(9);
    for (int i = 0; i < 100_000; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        String text = PythonFloat.text(number);
        assertThat(Double.parseDouble(text)).as(text).isEqualTo(number);
        assertThat(text)
            .matches("-?(\\d+\\.\\d+|\\d(\\.\\d*[1-9])?e[+-]\\d{2,3})")
            .doesNotEndWith("e+15");
      }
    }
  }
}
