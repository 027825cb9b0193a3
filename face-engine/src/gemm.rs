//! Matrix product, the work horse of all convolutions.
//!
//! Natively `ndarray` runs `matrixmultiply` (AVX2/FMA where the machine has it) behind a safe interface. On wasm32 the
//! kernel below is faster than `matrixmultiply` (measured in the prototype) and saves the dependency.

/// `a` (rows × depth) times `b` (depth × columns), row-major, into a new matrix.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn matmul(a: &[f32], b: &[f32], rows: usize, depth: usize, columns: usize) -> Vec<f32> {
    use ndarray::{ArrayView2, ArrayViewMut2, linalg::general_mat_mul};
    const SHAPE: &str = "callers pass slices of exactly the stated shape";
    let mut product = vec![0.0; rows * columns];
    let a = ArrayView2::from_shape((rows, depth), a).expect(SHAPE);
    let b = ArrayView2::from_shape((depth, columns), b).expect(SHAPE);
    let mut view = ArrayViewMut2::from_shape((rows, columns), &mut product).expect(SHAPE);
    general_mat_mul(1.0, &a, &b, 0.0, &mut view);
    product
}

/// `a` (rows × depth) times `b` (depth × columns), row-major, into a new matrix.
#[cfg(target_arch = "wasm32")]
pub(crate) fn matmul(a: &[f32], b: &[f32], rows: usize, depth: usize, columns: usize) -> Vec<f32> {
    portable(a, b, rows, depth, columns)
}

#[cfg(any(target_arch = "wasm32", test))]
const ROWS: usize = 4;
#[cfg(any(target_arch = "wasm32", test))]
const COLUMNS: usize = 8;

/// Blocks of 4×8 results held in registers; the compiler turns the inner loop into SIMD.
#[cfg(any(target_arch = "wasm32", test))]
fn portable(a: &[f32], b: &[f32], rows: usize, depth: usize, columns: usize) -> Vec<f32> {
    let mut product = vec![0.0; rows * columns];
    let packed = pack(b, depth, columns);
    for top in (0..rows).step_by(ROWS) {
        for (panel, left) in packed
            .chunks_exact(depth * COLUMNS)
            .zip((0..columns).step_by(COLUMNS))
        {
            let sums = block_product(a, panel, top..rows.min(top + ROWS), depth);
            let width = COLUMNS.min(columns - left);
            for (row, sums) in (top..rows).zip(&sums) {
                product[row * columns + left..][..width].copy_from_slice(&sums[..width]);
            }
        }
    }
    product
}

/// Columns of `b` in panels of eight, the last one filled up with zeros.
#[cfg(any(target_arch = "wasm32", test))]
fn pack(b: &[f32], depth: usize, columns: usize) -> Vec<f32> {
    let mut packed = Vec::with_capacity(depth * columns.next_multiple_of(COLUMNS));
    for left in (0..columns).step_by(COLUMNS) {
        let width = COLUMNS.min(columns - left);
        for row in 0..depth {
            packed.extend_from_slice(&b[row * columns + left..][..width]);
            packed.extend(std::iter::repeat_n(0.0, COLUMNS - width));
        }
    }
    packed
}

#[cfg(any(target_arch = "wasm32", test))]
fn block_product(
    a: &[f32],
    panel: &[f32],
    rows: std::ops::Range<usize>,
    depth: usize,
) -> [[f32; COLUMNS]; ROWS] {
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    // Rows past the end repeat the last one; their sums are not read.
    let row = |offset: usize| &a[(rows.start + offset).min(rows.end - 1) * depth..][..depth];
    let inputs = [row(0), row(1), row(2), row(3)];
    for (step, b) in panel.as_chunks::<COLUMNS>().0.iter().enumerate() {
        for (sums, input) in sums.iter_mut().zip(inputs) {
            for (sum, value) in sums.iter_mut().zip(b) {
                *sum += input[step] * value;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{matmul, portable};

    fn naive(a: &[f32], b: &[f32], [rows, depth, columns]: [usize; 3]) -> Vec<f32> {
        let at = |row: usize, column: usize| {
            (0..depth)
                .map(|step| a[row * depth + step] * b[step * columns + column])
                .sum()
        };
        (0..rows * columns)
            .map(|index| at(index / columns, index % columns))
            .collect()
    }

    fn digits(count: usize) -> Vec<f32> {
        (0..count)
            .map(|index| f32::from(u8::try_from(index * 37 % 19).unwrap()) - 9.0)
            .collect()
    }

    #[test]
    fn both_kernels_agree_with_the_definition() {
        for shape @ [rows, depth, columns] in
            [[1, 1, 1], [4, 3, 8], [5, 7, 9], [13, 27, 25], [3, 9, 16]]
        {
            let (a, b) = (digits(rows * depth), digits(depth * columns));
            let want = naive(&a, &b, shape);
            assert_eq!(
                matmul(&a, &b, rows, depth, columns),
                want,
                "native {shape:?}"
            );
            assert_eq!(
                portable(&a, &b, rows, depth, columns),
                want,
                "portable {shape:?}"
            );
        }
    }
}
