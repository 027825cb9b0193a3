//! Matrix product, the work horse of all convolutions.
//!
//! Natively `ndarray` runs `matrixmultiply` (AVX2/FMA where the machine has it) behind a safe interface. On wasm32 the
//! kernel below is faster than `matrixmultiply` (measured in the prototype) and saves the dependency.

/// `a` (m×k) times `b` (k×n), row-major, into a new m×n matrix.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn matmul(a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Vec<f32> {
    use ndarray::{ArrayView2, ArrayViewMut2, linalg::general_mat_mul};
    const SHAPE: &str = "callers pass slices of exactly the stated shape";
    let mut c = vec![0.0; m * n];
    let a = ArrayView2::from_shape((m, k), a).expect(SHAPE);
    let b = ArrayView2::from_shape((k, n), b).expect(SHAPE);
    let mut view = ArrayViewMut2::from_shape((m, n), &mut c).expect(SHAPE);
    general_mat_mul(1.0, &a, &b, 0.0, &mut view);
    c
}

/// `a` (m×k) times `b` (k×n), row-major, into a new m×n matrix.
#[cfg(target_arch = "wasm32")]
pub(crate) fn matmul(a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Vec<f32> {
    portable(a, b, m, k, n)
}

#[cfg(any(target_arch = "wasm32", test))]
const ROWS: usize = 4;
#[cfg(any(target_arch = "wasm32", test))]
const COLUMNS: usize = 8;

/// Blocks of 4×8 results held in registers; the compiler turns the inner loop into SIMD.
#[cfg(any(target_arch = "wasm32", test))]
fn portable(a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Vec<f32> {
    let mut c = vec![0.0; m * n];
    let packed = pack(b, k, n);
    for top in (0..m).step_by(ROWS) {
        for (block, panel) in packed.chunks_exact(k * COLUMNS).enumerate() {
            let sums = block_product(a, panel, top..m.min(top + ROWS), k);
            let left = block * COLUMNS;
            let width = COLUMNS.min(n - left);
            for (row, sums) in (top..m).zip(&sums) {
                c[row * n + left..][..width].copy_from_slice(&sums[..width]);
            }
        }
    }
    c
}

/// Columns of `b` in panels of eight, the last one filled up with zeros.
#[cfg(any(target_arch = "wasm32", test))]
fn pack(b: &[f32], k: usize, n: usize) -> Vec<f32> {
    let mut packed = Vec::with_capacity(k * n.next_multiple_of(COLUMNS));
    for left in (0..n).step_by(COLUMNS) {
        let width = COLUMNS.min(n - left);
        for row in 0..k {
            packed.extend_from_slice(&b[row * n + left..][..width]);
            packed.extend(std::iter::repeat_n(0.0, COLUMNS - width));
        }
    }
    packed
}

#[cfg(any(target_arch = "wasm32", test))]
fn block_product(a: &[f32], panel: &[f32], rows: std::ops::Range<usize>, k: usize) -> [[f32; COLUMNS]; ROWS] {
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    // Rows past the end repeat the last one; their sums are not read.
    let row = |offset: usize| &a[(rows.start + offset).min(rows.end - 1) * k..][..k];
    let (r0, r1, r2, r3) = (row(0), row(1), row(2), row(3));
    for (step, b) in panel.as_chunks::<COLUMNS>().0.iter().enumerate().take(k) {
        for (sums, factor) in sums.iter_mut().zip([r0[step], r1[step], r2[step], r3[step]]) {
            for (sum, value) in sums.iter_mut().zip(b) {
                *sum += factor * value;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{matmul, portable};

    fn naive(a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Vec<f32> {
        let at = |row: usize, column: usize| (0..k).map(|step| a[row * k + step] * b[step * n + column]).sum();
        (0..m).flat_map(|row| (0..n).map(move |column| (row, column))).map(|(row, column)| at(row, column)).collect()
    }

    #[test]
    fn both_kernels_agree_with_the_definition() {
        for (m, k, n) in [(1, 1, 1), (4, 3, 8), (5, 7, 9), (13, 27, 25), (3, 9, 16)] {
            let fill = |count: usize| -> Vec<f32> { (0..count).map(|i| f32::from(u8::try_from(i * 37 % 19).unwrap()) - 9.0).collect() };
            let (a, b) = (fill(m * k), fill(k * n));
            let want = naive(&a, &b, m, k, n);
            assert_eq!(matmul(&a, &b, m, k, n), want, "native {m}x{k}x{n}");
            assert_eq!(portable(&a, &b, m, k, n), want, "portable {m}x{k}x{n}");
        }
    }
}
